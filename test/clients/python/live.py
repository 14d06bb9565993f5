import queue
import sys
import uuid

import socketio

server, LOBBY = sys.argv[1], "/chat/lobby"


class Person:
    def __init__(self, **auth):
        self.joined, self.events = queue.Queue(), queue.Queue()
        self.room = socketio.Client(reconnection=False)
        self.room.on("room:joined", self.joined.put, namespace=LOBBY)
        self.room.on("room:events", self.hear, namespace=LOBBY)
        self.room.on("connect_error", self.refused, namespace=LOBBY)
        self.room.connect(server, namespaces=[LOBBY], auth=auth)
        self.state = self.joined.get(timeout=30)

    def hear(self, news):
        for event in news["events"]:
            self.events.put({**event, "cursor": f"{news['epoch']}:{event['seq']}"})

    def refused(self, error):
        print(f"not let in: {error['data']['code']}, {error['data']['suggestion']} is free")

    def send(self, id, text):
        return self.room.call("message:send", {"id": id, "text": text}, namespace=LOBBY, timeout=30)


ben = Person(nickname="Ben")
you = ben.state["you"]
print(f"joined as {you['nickname']}, recovered {ben.state['recovered']}".replace("F", "f"))

id = str(uuid.uuid4())
print(f"kept as {ben.send(id, 'Hello!')['data']['message']['seq']}")
heard = ben.events.get(timeout=30)
print(f"heard {heard['seq']} {heard['message']['text']}")
print(f"duplicate {ben.send(id, 'Hello!')['data']['duplicate']}".lower())
answer = ben.send(id, "Other")
print(f"ok {answer['ok']}: {answer['problem']['status']} {answer['problem']['code']}".lower())

try:
    Person(nickname="Ben")
except socketio.exceptions.ConnectionError:
    pass

ben.room.disconnect()
carl = Person(nickname="Carl")
carl.send(str(uuid.uuid4()), "While you were out")
ben = Person(token=you["token"], since=heard["cursor"])
missed = ben.state["events"]
print(f"recovered {ben.state['recovered']}: ".lower() + ", ".join(f"{e['seq']} {e['message']['text']}" for e in missed))
ben.room.disconnect()
carl.room.disconnect()
print("left")
