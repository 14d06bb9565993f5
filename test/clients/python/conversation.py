import sys
import threading
import uuid

from live_chat_room_client import AuthenticatedClient, Client
from live_chat_room_client.api.messages import list_events, send_message
from live_chat_room_client.api.people import heartbeat, join, leave, list_users
from live_chat_room_client.models import JoinRequest, Problem, RoomRequest, SendRequest
from live_chat_room_client.types import UNSET

server = sys.argv[1]
anybody = Client(server)


def refused(problem: Problem) -> str:
    assert isinstance(problem, Problem)
    fields = " ".join(error.field for error in problem.errors or [])
    return " ".join(filter(None, [f"refused: {problem.status} {problem.code.value}", fields, problem.suggestion or ""]))


me = join.sync(client=anybody, body=JoinRequest(nickname="Ann"))
print(f"joined as {me.user.nickname}, to be heard every {me.heartbeat_seconds} s")
print(refused(join.sync(client=anybody, body=JoinRequest(nickname="Ann"))))

chat = AuthenticatedClient(server, me.token, timeout=40)
start = list_events.sync(client=chat)
print(f"recovered {str(start.recovered).lower()}, {len(start.messages)} messages, events {start.events is not UNSET}".lower())

draft = SendRequest(text="Hello!", id=uuid.uuid4())
for _ in range(2):
    answer = send_message.sync(client=chat, body=draft)
    assert answer.message.id == draft.id
    print(f"kept as {answer.message.seq}, duplicate {answer.duplicate}".lower())
print(refused(send_message.sync(client=chat, body=SendRequest(text="Other", id=draft.id))))
print(refused(send_message.sync(client=chat, body=SendRequest(text=" "))))

later = list_events.sync(client=chat, since=start.cursor)
[event] = later.events
print(f"recovered {later.recovered}: ".lower() + f"{event.seq} {event.type_} {event.message.text} in {event.message.sent_at.year}")

heard = []
waiting = threading.Thread(target=lambda: heard.append(list_events.sync(client=chat, since=later.cursor, wait=30)))
waiting.start()
send_message.sync(client=chat, body=SendRequest(text="Anybody?"))
waiting.join()
print(f"waited for: {heard[0].events[0].seq} {heard[0].events[0].message.text}")

alive = heartbeat.sync(client=chat, body=RoomRequest())
print(f"{alive.online} online, {alive.users[0].nickname}, at {alive.seq}")
assert leave.sync_detailed(client=chat, body=RoomRequest()).status_code == 204
print("left")
print(f"{list_users.sync(client=anybody).online} online")
