// Scenarios of connection state recovery, for client.mjs, whose helpers they get.
import assert from "node:assert/strict";

export const recovery = ({ args, client, connected, direct, event, exchange, listen, lose, members, opening, order, pause, range, through, until }) => {
  /** Is away for as long as it takes to do something. */
  async function away(socket, what, meanwhile) {
    const back = event(socket, "connect");
    await order({ set: { Opening: opening.reset } });
    if (what === "orderly") socket.io.engine.close();
    else await lose(socket, what, 300);
    await meanwhile();
    await order({ set: {} });
    await back;
  }

  return {
    // Every way to lose a connection, and then quiet times.
    async recovered(transport) {
      const witness = await connected(direct);
      const socket = await connected(through, { transports: [transport] });
      const { id } = socket;
      const told = listen(socket);
      const want = [];
      const tell = async (text) => {
        want.push(text);
        witness.emit("tell", text);
        await exchange(witness);
      };
      for (const fault of ["reset", "finish", "finishUp", "finishDown", "orderly"]) {
        await tell(`before ${fault}`);
        await away(socket, fault, async () => {
          await tell(`${fault} 1`);
          await tell(`${fault} 2`);
        });
        assert.deepEqual([socket.recovered, socket.id], [true, id], fault);
      }
      for (let i = 0; i < 2; i++) {
        await away(socket, "reset", async () => {});
        assert.deepEqual([socket.recovered, socket.id], [true, id], "quiet");
      }
      await tell("the end");
      await until(() => told.at(-1) === "the end");
      assert.deepEqual(told, want);
      await members(witness, 2);
    },

    // Numbered events under cuts: all of them, once, in order.
    async stream(transport) {
      const witness = await connected(direct);
      const socket = await connected(through, { transports: [transport] });
      const told = listen(socket);
      let n = 0;
      const sending = setInterval(() => witness.emit("tell", n++), 3);
      for (let i = 0; i < 6; i++) {
        await pause(400);
        const back = event(socket, "connect");
        await lose(socket, "reset", 100);
        await back;
        assert.equal(socket.recovered, true);
      }
      clearInterval(sending);
      witness.emit("tell", n);
      await until(() => told.at(-1) === n);
      assert.deepEqual(told, range(n + 1));
    },

    // A client that has got no event of the application is recovered as well.
    async idle() {
      const socket = await connected(through);
      for (let i = 0; i < 2; i++) {
        await away(socket, "reset", async () => {});
        assert.equal(socket.recovered, true);
      }
    },

    // The client comes with a new connection while the server holds the old one.
    async takeover() {
      const witness = await connected(direct);
      const socket = await connected(through, { transports: ["websocket"] });
      const told = listen(socket);
      await order({ do: "strand" });
      witness.emit("tell", 1); // into the stranded connection
      await exchange(witness);
      const back = event(socket, "connect");
      socket.io.engine.close();
      await back;
      assert.equal(socket.recovered, true);
      await members(witness, 2);
      witness.emit("tell", 2);
      await until(() => told.length > 1);
      await exchange(socket);
      assert.deepEqual(told, [1, 2]);
    },

    // A text at the end of a volatile event is not taken for an offset.
    async volatile() {
      const witness = await connected(direct);
      const socket = await connected(through);
      const told = listen(socket);
      const whispered = event(socket, "whisper");
      await until(() => {
        witness.emit("whisper", "psst"); // until it was ready
        return Promise.race([whispered.then(() => true), pause(50)]);
      });
      await away(socket, "reset", async () => {
        witness.emit("tell", 1);
        await exchange(witness);
      });
      assert.equal(socket.recovered, true);
      await until(() => told.length > 0);
      await exchange(socket);
      assert.deepEqual(told, [1]);
    },

    // Whoever is not recovered is told so, and gets nothing old.
    async not() {
      const witness = await connected(direct);
      const socket = await connected(through);
      const told = listen(socket);
      const missed = async () => {
        witness.emit("tell", "missed");
        await exchange(witness);
      };
      const expectNew = async (id, why) => {
        assert.equal(socket.recovered, false, why);
        assert.notEqual(socket.id, id, why);
        await exchange(socket);
        assert.deepEqual(told, [], why);
      };
      for (const pid of [socket.id, "", "__proto__", "A".repeat(20)]) {
        const { id } = socket;
        socket._pid = pid;
        await away(socket, "reset", missed);
        await expectNew(id, pid);
      }
      let { id } = socket;
      await away(socket, "reset", async () => {
        await missed();
        await pause(Number(args[0]));
      });
      await expectNew(id, "too late");
      ({ id } = socket);
      socket.disconnect();
      await missed();
      const back = event(socket, "connect");
      socket.connect();
      await back;
      await expectNew(id, "said goodbye");
    },
  };
};
