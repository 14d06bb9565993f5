use rust_socketio::{client::Client, ClientBuilder, Event, Payload};
use serde_json::{json, Value};
use std::sync::mpsc::{channel, Receiver};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// The argument of an event; that of an acknowledgement comes in a list of its own.
fn argument(payload: Payload) -> Value {
    let Payload::Text(mut values) = payload else { panic!("bytes") };
    match values.remove(0) {
        Value::Array(mut inner) => inner.remove(0),
        value => value,
    }
}

struct Person {
    room: Client,
    state: Value,
    news: Receiver<Value>,
}

impl Person {
    /// Gives the refusal, as it was told, if it is not let in.
    fn connect(auth: Value) -> Outcome<Result<Person, String>> {
        let (joined, admission) = channel();
        let refused = joined.clone();
        let (tell, news) = channel();
        let room = ClientBuilder::new(std::env::args().nth(1).unwrap())
            .namespace("/chat/lobby")
            .auth(auth)
            .reconnect(false)
            .on("room:joined", move |state, _| joined.send(Ok(argument(state))).unwrap())
            .on("room:events", move |news, _| tell.send(argument(news)).unwrap())
            .on(Event::Error, move |error, _| {
                let Payload::Text(values) = error else { panic!("bytes") };
                let _ = refused.send(Err(values[0].to_string()));
            })
            .connect()?;
        Ok(admission.recv_timeout(PATIENCE)?.map(|state| Person { room, state, news }))
    }

    fn send(&self, id: &str, text: &str) -> Outcome<Value> {
        let (tell, told) = channel();
        let draft = json!({ "id": id, "text": text });
        self.room.emit_with_ack("message:send", draft, PATIENCE, move |answer, _| tell.send(argument(answer)).unwrap())?;
        Ok(told.recv_timeout(PATIENCE)?)
    }
}

fn main() -> Outcome {
    let ben = Person::connect(json!({ "nickname": "Ben" }))??;
    let you = &ben.state["you"];
    println!("joined as {}, recovered {}", you["nickname"].as_str().unwrap(), ben.state["recovered"]);

    let id = uuid::Uuid::new_v4().to_string();
    println!("kept as {}", ben.send(&id, "Hello!")?["data"]["message"]["seq"]);
    let news = ben.news.recv_timeout(PATIENCE)?;
    let heard = &news["events"][0];
    println!("heard {} {}", heard["seq"], heard["message"]["text"].as_str().unwrap());
    println!("duplicate {}", ben.send(&id, "Hello!")?["data"]["duplicate"]);
    let other = ben.send(&id, "Other")?;
    println!("ok {}: {} {}", other["ok"], other["problem"]["status"], other["problem"]["code"].as_str().unwrap());

    let Err(refusal) = Person::connect(json!({ "nickname": "Ben" }))? else { panic!("let in") };
    // The client tells of it in words of its own, which end with the packet.
    let words: String = serde_json::from_str(&refusal)?;
    let packet: Value = serde_json::from_str(&words[words.find('{').unwrap()..])?;
    let [code, free] = ["code", "suggestion"].map(|member| packet["data"][member].as_str().unwrap().to_owned());
    println!("not let in: {code}, {free} is free");

    ben.room.disconnect()?;
    let carl = Person::connect(json!({ "nickname": "Carl" }))??;
    carl.send(&uuid::Uuid::new_v4().to_string(), "While you were out")?;
    let cursor = format!("{}:{}", news["epoch"].as_str().unwrap(), heard["seq"]);
    let ben = Person::connect(json!({ "token": you["token"], "since": cursor }))??;
    for missed in ben.state["events"].as_array().unwrap() {
        let text = missed["message"]["text"].as_str().unwrap();
        println!("recovered {}: {} {text}", ben.state["recovered"], missed["seq"]);
    }
    ben.room.disconnect()?;
    carl.room.disconnect()?;
    println!("left");
    Ok(())
}
