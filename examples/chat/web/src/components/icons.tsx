import type { ReactNode } from "react";

/** Decoration only: what a button does is said in words beside its icon. */
function Icon({ path }: { readonly path: string }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export const Alert = (): ReactNode => (
  <Icon path="M10 2.5 18 16.5H2ZM10 8v4M10 14.2v.1" />
);
export const ArrowDown = (): ReactNode => <Icon path="M10 4v12M5 11l5 5 5-5" />;
export const Check = (): ReactNode => <Icon path="M4 10.5l4 4 8-9" />;
export const Clock = (): ReactNode => (
  <Icon path="M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 6v4.3l2.8 1.7" />
);
export const Close = (): ReactNode => <Icon path="M5 5l10 10M15 5 5 15" />;
export const Picture = (): ReactNode => (
  <Icon path="M3 4h14v12H3ZM3 13.5l4-4 3.5 3.5 2.5-2.5 4 4M13 7.4v.1" />
);
export const Send = (): ReactNode => (
  <Icon path="M3 10h13M10.5 4.5 16 10l-5.5 5.5" />
);

export function Logo(): ReactNode {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M6 4h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H15l-8 6v-6H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z" />
    </svg>
  );
}
