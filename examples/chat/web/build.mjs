// Bundles the page into dist, or into the folder given by --out.
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";

const { values } = parseArgs({
  options: {
    out: {
      type: "string",
      default: fileURLToPath(new URL("dist", import.meta.url)),
    },
    watch: { type: "boolean", default: false },
  },
});

const options = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { app: "src/main.tsx" },
  outdir: values.out,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  minify: !values.watch,
  sourcemap: values.watch,
  define: {
    "process.env.NODE_ENV": values.watch ? '"development"' : '"production"',
  },
  logLevel: "warning",
};

await mkdir(values.out, { recursive: true });
await cp(
  new URL("src/index.html", import.meta.url),
  join(values.out, "index.html"),
);
if (values.watch) await (await context(options)).watch();
else await build(options);
