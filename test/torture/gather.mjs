// Loaded into a server before it starts (`node --import`): everything that a room is told waits for as long as it may,
// to be told together with what comes meanwhile, however little it would cost to tell it at once.
import { MessagePace, PresencePace } from '../../dist/api/realtime/pace.js';

const LONGEST = Number(process.env.CHAT_FANOUT_MAX_DELAY_MS);

MessagePace.prototype.pause = () => LONGEST;
PresencePace.prototype.ofRoom = () => ({ count: () => undefined, pause: () => LONGEST });
