import chat.client.ApiClient;
import chat.client.ApiException;
import chat.client.api.MessagesApi;
import chat.client.api.PeopleApi;
import chat.client.model.*;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

public class Conversation {
  static ApiClient client(String url) {
    var client = new ApiClient();
    client.updateBaseUri(url);
    return client;
  }

  static void refused(Callable<?> call, ProblemCode code) throws Exception {
    try {
      call.call();
    } catch (ApiException refusal) {
      var problem = new ApiClient().getObjectMapper().readValue(refusal.getResponseBody(), Problem.class);
      if (problem.getCode() != code) throw refusal;
      var field = problem.getErrors() == null ? "" : " " + problem.getErrors().get(0).getField();
      var free = problem.getSuggestion() == null ? "" : " " + problem.getSuggestion();
      System.out.println("refused: " + problem.getStatus() + " " + code.getValue() + field + free);
      return;
    }
    throw new AssertionError("it was done");
  }

  public static void main(String[] args) throws Exception {
    var anybody = new PeopleApi(client(args[0]));
    var me = anybody.join(new JoinRequest().nickname("Ann"));
    System.out.printf("joined as %s, to be heard every %d s%n", me.getUser().getNickname(), me.getHeartbeatSeconds());
    refused(() -> anybody.join(new JoinRequest().nickname("Ann")), ProblemCode.NICKNAME_TAKEN);

    var ann = client(args[0]);
    ann.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + me.getToken()));
    var people = new PeopleApi(ann);
    var messages = new MessagesApi(ann);
    var start = messages.listEvents(null, null, null);
    System.out.printf("recovered %s, %d messages, events %s%n",
        start.getRecovered(), start.getMessages().size(), start.getEvents() != null);

    var id = UUID.randomUUID();
    for (int time = 0; time < 2; time++) {
      var answer = messages.sendMessage(new SendRequest().text("Hello!").id(id));
      System.out.printf("kept as %d, duplicate %s%n", answer.getMessage().getSeq(), answer.getDuplicate());
    }
    refused(() -> messages.sendMessage(new SendRequest().text("Other").id(id)), ProblemCode.ID_CONFLICT);
    refused(() -> messages.sendMessage(new SendRequest().text(" ")), ProblemCode.VALIDATION_FAILED);

    var later = messages.listEvents(null, start.getCursor(), null);
    for (var event : later.getEvents()) {
      var said = event.getMessage();
      System.out.printf("recovered %s: %d %s %s in %d%n",
          later.getRecovered(), event.getSeq(), event.getType(), said.getText(), said.getSentAt().getYear());
    }

    var waiting = CompletableFuture.supplyAsync(() -> {
      try {
        return messages.listEvents(null, later.getCursor(), 30);
      } catch (ApiException refusal) {
        throw new AssertionError(refusal);
      }
    });
    messages.sendMessage(new SendRequest().text("Anybody?"));
    var heard = waiting.get().getEvents().get(0);
    System.out.printf("waited for: %d %s%n", heard.getSeq(), heard.getMessage().getText());

    var alive = people.heartbeat(new RoomRequest());
    System.out.printf("%d online, %s, at %d%n", alive.getOnline(), alive.getUsers().get(0).getNickname(), alive.getSeq());
    people.leave(new RoomRequest());
    System.out.println("left");
    System.out.println(anybody.listUsers(null).getOnline() + " online");
  }
}
