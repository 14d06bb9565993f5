/** A language whose page and conversations are tried. */
export interface Language {
  name: string;
  /** The tools that must be there; scripts/client.mjs says how to install them. */
  needs: string[];
  /** Where its page leaves the reader, as a folder beside that of the project. */
  folder: string;
  /** The commands for bash, in that folder, that hold the conversation; `$HERE` has the programs, `$CHAT` is the server. */
  conversation: string;
  /** The same over Socket.IO, where there is a client of others for it. */
  live?: string;
}

export const LANGUAGES: Language[] = [
  {
    name: 'python',
    needs: ['python3'],
    folder: 'chat-python',
    conversation: 'venv/bin/python $HERE/conversation.py $CHAT',
    live: 'venv/bin/python $HERE/live.py $CHAT',
  },
  { name: 'go', needs: ['go'], folder: 'chat-go', conversation: 'go run $HERE/conversation.go $CHAT' },
  {
    name: 'java',
    needs: ['java', 'mvn'],
    folder: 'chat-java',
    conversation: "java -cp 'target/*:target/lib/*' $HERE/Conversation.java $CHAT",
    live: "java -cp 'target/lib/*' $HERE/Live.java $CHAT",
  },
  {
    name: 'rust',
    needs: ['cargo', 'java', 'mvn', 'openssl'],
    folder: 'chat-rust',
    conversation: 'cp $HERE/*.rs src/bin && cargo run -q --bin conversation $CHAT',
    live: 'cargo run -q --bin live $CHAT',
  },
  {
    name: 'typescript-fetch',
    needs: ['java', 'mvn'],
    folder: 'chat-typescript',
    conversation: 'cp $HERE/conversation.mts . && node conversation.mts $CHAT',
  },
];
