import type { ChatClient } from "../gen/chat.bind.js";
import type {
  ChannelID,
  Message,
  MessageBody,
  SendMessageError,
  User,
} from "../gen/chat.types.js";
import type { CallFailure } from "../gen/runtime.js";

/** Why a message did not get through. */
export type SendFailure = SendMessageError | CallFailure;

/** A message the server has not acknowledged yet. */
export type Outgoing = {
  readonly clientId: string;
  readonly body: MessageBody;
  readonly writtenAt: number;
  /** Why the server did not take it; absent while it waits for its turn. */
  readonly failure?: { readonly error: SendFailure; readonly at: number };
};

/** Whole time one try may take; while offline the same message is tried again. */
const tryMs = 20_000;
const retries = 3;

/**
 * What one person has written in one channel, sent one after another in the
 * order it was written. A message keeps its `clientId` however often it is
 * tried, so the server takes it once.
 */
export class Outbox {
  readonly #client: ChatClient;
  readonly #author: User;
  readonly #channelId: ChannelID;
  readonly #delivered: (message: Message) => void;
  readonly #listeners = new Set<() => void>();
  #entries: readonly Outgoing[] = [];
  #sending = false;

  /** `delivered` gets each message as the others see it. */
  constructor(
    client: ChatClient,
    author: User,
    channelId: ChannelID,
    delivered: (message: Message) => void,
  ) {
    this.#client = client;
    this.#author = author;
    this.#channelId = channelId;
    this.#delivered = delivered;
  }

  readonly entries = (): readonly Outgoing[] => this.#entries;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  };

  add(body: MessageBody): void {
    const entry = {
      clientId: crypto.randomUUID(),
      body,
      writtenAt: Date.now(),
    };
    this.#set([...this.#entries, entry]);
    this.resume();
  }

  /** Tries a failed message again. */
  retry(clientId: string): void {
    this.#replace(clientId, ({ failure: _, ...entry }) => [entry]);
    this.resume();
  }

  discard(clientId: string): void {
    this.#replace(clientId, () => []);
  }

  /** Sends what waits. Called again whenever the channel is joined. */
  resume(): void {
    if (!this.#sending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    let next = this.#next();
    while (next !== undefined && (await this.#send(next))) next = this.#next();
    this.#sending = false;
  }

  #next(): Outgoing | undefined {
    return this.#entries.find((entry) => entry.failure === undefined);
  }

  /** Reports whether to go on: not while nothing will connect by itself. */
  async #send({ clientId, body }: Outgoing): Promise<boolean> {
    const payload = { channelId: this.#channelId, clientId, body };
    const options = { timeoutMs: tryMs, retries };
    const result = await this.#client.sendMessage(payload, options).result();
    if (result.ok) {
      this.discard(clientId);
      this.#delivered({ ...payload, ...result.value, author: this.#author });
      return true;
    }
    const { error } = result;
    switch (error.code) {
      case "timeout":
      case "disconnected":
        return this.#client.connection.get().status !== "offline";
      case "rateLimited":
        await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
        return true;
      default:
        this.#replace(clientId, (entry) => [
          { ...entry, failure: { error, at: Date.now() } },
        ]);
        return true;
    }
  }

  #replace(
    clientId: string,
    change: (entry: Outgoing) => readonly Outgoing[],
  ): void {
    this.#set(
      this.#entries.flatMap((entry) =>
        entry.clientId === clientId ? change(entry) : [entry],
      ),
    );
  }

  #set(entries: readonly Outgoing[]): void {
    this.#entries = entries;
    for (const listener of [...this.#listeners]) listener();
  }
}
