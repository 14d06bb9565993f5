"""What Schemathesis has to know of this server beyond the contract."""

import json

import jsonschema_rs
import requests
import schemathesis
from schemathesis import GenerationMode

NICKNAME = "Schemathesis"
SAID = 10


@schemathesis.auth(refresh_interval=86_400)
class Token:
    """Joins, and says something. Whoever says who it is in the body is that person, and comes without the token."""

    def get(self, case, context):
        def post(call, body):
            url = f"{case.operation.base_url.rstrip('/')}/api/chat/{call}"
            return requests.post(url, json=body, timeout=10).json()

        for number in range(SAID):
            post("send", {"nickname": "Somebody", "text": f"message {number}"})
        return post("join", {"nickname": NICKNAME})["token"]

    def set(self, case, data, context):
        if not (isinstance(case.body, dict) and "nickname" in case.body):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook.apply_to(operation_id="markRead")
def map_body(context, body):
    """Of all the numbers that a `seq` may be, most are beyond the log; half of them shall not be."""
    seq = body.get("seq") if isinstance(body, dict) else None
    return {**body, "seq": 1 + seq % SAID} if type(seq) is int and seq > 0 and seq % 2 else body


# What the server says of values whose shape is right.
BEYOND_SHAPES = {
    ("nickname", "has a character that a nickname may not have"),
    ("nickname", "cannot be brought into a stable form"),
    ("nickname", "must be 1 to 32 characters"),
    ("nickname", "or a token is needed"),
    ("seq", "must be that of an event in the log"),
}


@schemathesis.check
def refuses_right_shapes_for_a_reason(ctx, response, case):
    """A request of the right shape is only refused for what no shape can say."""
    if case.meta is None or response.status_code != 400:
        return
    # Not the mode of the whole: that overlooks a header.
    if any(part.mode != GenerationMode.POSITIVE for part in case.meta.components.values()):
        return
    for error in response.json()["errors"]:
        assert (error["field"], error["message"]) in BEYOND_SHAPES, f"{error} is not beyond the shape"



@schemathesis.check
def starts_a_stream_with_where_the_room_stands(ctx, response, case):
    """The first event of a stream is a `room:joined`, with its cursor as `id`."""
    if "text/event-stream" not in response.headers.get("content-type", [""])[0] or case.method == "HEAD":
        return
    lines = dict(line.split(": ", 1) for line in response.text.split("\n\n")[0].splitlines())
    state = json.loads(lines["data"])
    components = case.operation.schema.raw_schema["components"]
    schema = {"$ref": "#/components/schemas/RoomState", "components": components}
    error = next(jsonschema_rs.Draft202012Validator(schema).iter_errors(state), None)
    assert error is None, error
    assert (lines["event"], lines["id"]) == ("room:joined", state["cursor"])
