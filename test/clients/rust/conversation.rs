use chat_client::apis::{configuration::Configuration, messages_api, people_api, Error};
use chat_client::models::{JoinRequest, Problem, ProblemCode, RoomRequest, SendRequest};
use std::thread;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn refused<Done, Entity>(answer: Result<Done, Error<Entity>>, code: ProblemCode) -> Outcome {
    let Err(Error::ResponseError(refusal)) = answer else { return Err("it was done".into()) };
    let problem: Problem = serde_json::from_str(&refusal.content)?;
    assert_eq!(problem.code, code);
    let field = problem.errors.iter().flatten().map(|error| format!(" {}", error.field)).collect::<String>();
    let suggestion = problem.suggestion.map(|free| format!(" {free}")).unwrap_or_default();
    println!("refused: {} {code}{field}{suggestion}", problem.status);
    Ok(())
}

fn main() -> Outcome {
    let anybody = Configuration { base_path: std::env::args().nth(1).unwrap(), ..Configuration::new() };
    let me = people_api::join(&anybody, JoinRequest::new("Ann".into()))?;
    println!("joined as {}, to be heard every {} s", me.user.nickname, me.heartbeat_seconds);
    refused(people_api::join(&anybody, JoinRequest::new("Ann".into())), ProblemCode::NicknameTaken)?;

    let ann = Configuration { bearer_access_token: Some(me.token), ..anybody.clone() };
    let start = messages_api::list_events(&ann, None, None, None)?;
    let shown = start.messages.unwrap().len();
    println!("recovered {}, {shown} messages, events {}", start.recovered, start.events.is_some());

    let draft = SendRequest { id: Some(uuid::Uuid::new_v4()), ..SendRequest::new("Hello!".into()) };
    for _ in 0..2 {
        let answer = messages_api::send_message(&ann, draft.clone())?;
        println!("kept as {}, duplicate {}", answer.message.seq, answer.duplicate);
    }
    let other = SendRequest { text: "Other".into(), ..draft };
    refused(messages_api::send_message(&ann, other), ProblemCode::IdConflict)?;
    refused(messages_api::send_message(&ann, SendRequest::new(" ".into())), ProblemCode::ValidationFailed)?;

    let later = messages_api::list_events(&ann, None, Some(&start.cursor), None)?;
    for event in later.events.unwrap() {
        let said = event.message.unwrap();
        let year = said.sent_at.format("%Y");
        println!("recovered {}: {} {} {} in {year}", later.recovered, event.seq, event.r#type, said.text);
    }

    let waiting = {
        let (ann, cursor) = (ann.clone(), later.cursor);
        thread::spawn(move || messages_api::list_events(&ann, None, Some(&cursor), Some(25)))
    };
    messages_api::send_message(&ann, SendRequest::new("Anybody?".into()))?;
    let heard = waiting.join().unwrap()?.events.unwrap().remove(0);
    println!("waited for: {} {}", heard.seq, heard.message.unwrap().text);

    let alive = people_api::heartbeat(&ann, Some(RoomRequest::new()))?;
    println!("{} online, {}, at {}", alive.online, alive.users[0].nickname, alive.seq);
    people_api::leave(&ann, Some(RoomRequest::new()))?;
    println!("left");
    println!("{} online", people_api::list_users(&anybody, None)?.online);
    Ok(())
}
