// Two clients of one package. It has to compile, and the lines marked as
// errors must not.

import { createAdminUserListClient } from "./want/ts/twonamespaces.admin-user-list.client.js";
import { createRootClient } from "./want/ts/twonamespaces.root.client.js";

const root = createRootClient();
const admin = createAdminUserListClient({ auth: { token: "secret" } });

export const ids: readonly Promise<string>[] = [
  root.save({ text: "a" }).then((ack) => ack.id),
  admin.save({ text: "a", force: true }).then((ack) => ack.id),
];

root.refresh();
root.on.refresh(({ reason }) => reason);
root.rooms.item({ itemId: "1" }).on.save(({ text }) => text);
admin.rooms.item({ itemId: 1, part: 2 }).on.save(({ by }) => by);
admin.clean({ before: "2026-01-02" });

// @ts-expect-error: the other namespace wants another payload
void admin.save({ text: "a" });
// @ts-expect-error: the schema gives the event another name
admin.purge({ before: "2026-01-02" });
// @ts-expect-error: one part of the key is missing
admin.rooms.item({ itemId: 1 });
