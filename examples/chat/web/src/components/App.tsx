import type { ReactNode } from "react";
import { ChatProvider } from "../gen/chat.react.js";
import { useAccount } from "../hooks/useAccount.js";
import { Chat } from "./Chat.js";
import { SignIn } from "./SignIn.js";

export function App(): ReactNode {
  const { account, returning, enter, leave } = useAccount();
  if (account !== null) {
    return (
      <ChatProvider client={account.client}>
        <Chat account={account} onLeave={leave} />
      </ChatProvider>
    );
  }
  return returning ? null : <SignIn onEnter={enter} />;
}
