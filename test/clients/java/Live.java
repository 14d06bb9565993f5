import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.json.JSONArray;
import org.json.JSONObject;

public class Live {
  static class Person {
    final Socket room;
    final CompletableFuture<JSONObject> joined = new CompletableFuture<>();
    final CompletableFuture<JSONObject> refused = new CompletableFuture<>();
    final BlockingQueue<JSONObject> news = new LinkedBlockingQueue<>();

    Person(String url, Map<String, String> auth) {
      var options = IO.Options.builder().setAuth(auth).setReconnection(false).setForceNew(true).build();
      room = IO.socket(URI.create(url + "/chat/lobby"), options);
      room.on("room:joined", state -> joined.complete((JSONObject) state[0]));
      room.on("room:events", events -> news.add((JSONObject) events[0]));
      room.on(Socket.EVENT_CONNECT_ERROR, error -> refused.complete((JSONObject) error[0]));
      room.connect();
    }

    JSONObject state() throws Exception {
      return joined.get(30, TimeUnit.SECONDS);
    }

    JSONObject send(UUID id, String text) throws Exception {
      var answer = new CompletableFuture<JSONObject>();
      var draft = new JSONObject(Map.of("id", id.toString(), "text", text));
      room.emit("message:send", draft, (Ack) answers -> answer.complete((JSONObject) answers[0]));
      return answer.get(30, TimeUnit.SECONDS);
    }
  }

  public static void main(String[] args) throws Exception {
    var ben = new Person(args[0], Map.of("nickname", "Ben"));
    var you = ben.state().getJSONObject("you");
    System.out.println("joined as " + you.getString("nickname") + ", recovered " + ben.state().getBoolean("recovered"));

    var id = UUID.randomUUID();
    var kept = ben.send(id, "Hello!").getJSONObject("data");
    System.out.println("kept as " + kept.getJSONObject("message").getLong("seq"));
    var news = ben.news.poll(30, TimeUnit.SECONDS);
    var heard = news.getJSONArray("events").getJSONObject(0);
    System.out.println("heard " + heard.getLong("seq") + " " + heard.getJSONObject("message").getString("text"));
    System.out.println("duplicate " + ben.send(id, "Hello!").getJSONObject("data").getBoolean("duplicate"));
    var other = ben.send(id, "Other");
    var problem = other.getJSONObject("problem");
    System.out.println("ok " + other.getBoolean("ok") + ": " + problem.getInt("status") + " " + problem.getString("code"));

    var refusal = new Person(args[0], Map.of("nickname", "Ben")).refused.get(30, TimeUnit.SECONDS).getJSONObject("data");
    System.out.println("not let in: " + refusal.getString("code") + ", " + refusal.getString("suggestion") + " is free");

    ben.room.disconnect();
    var carl = new Person(args[0], Map.of("nickname", "Carl"));
    carl.state();
    carl.send(UUID.randomUUID(), "While you were out");
    var cursor = news.getString("epoch") + ":" + heard.getLong("seq");
    ben = new Person(args[0], Map.of("token", you.getString("token"), "since", cursor));
    JSONArray missed = ben.state().getJSONArray("events");
    for (int at = 0; at < missed.length(); at++) {
      var event = missed.getJSONObject(at);
      var text = event.getJSONObject("message").getString("text");
      System.out.println("recovered " + ben.state().getBoolean("recovered") + ": " + event.getLong("seq") + " " + text);
    }
    ben.room.disconnect();
    carl.room.disconnect();
    System.out.println("left");
    System.exit(0);
  }
}
