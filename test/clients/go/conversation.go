package main

import (
	"chat-go/chat"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/google/uuid"
)

var ctx = context.Background()

func must[Answer any](answer Answer, err error) Answer {
	if err != nil {
		log.Fatal(err)
	}
	return answer
}

func refused(body []byte) {
	var problem chat.Problem
	if err := json.Unmarshal(body, &problem); err != nil || !problem.Code.Valid() {
		log.Fatal(err, problem)
	}
	fmt.Print("refused: ", problem.Status, " ", problem.Code)
	if problem.Errors != nil {
		fmt.Print(" ", (*problem.Errors)[0].Field)
	}
	if problem.Suggestion != nil {
		fmt.Print(" ", *problem.Suggestion)
	}
	fmt.Println()
}

func main() {
	url := os.Args[1]
	anybody := must(chat.NewClientWithResponses(url))
	me := must(anybody.JoinWithResponse(ctx, chat.JoinRequest{Nickname: "Ann"})).JSON201
	fmt.Printf("joined as %s, to be heard every %d s\n", me.User.Nickname, me.HeartbeatSeconds)
	taken := must(anybody.JoinWithResponse(ctx, chat.JoinRequest{Nickname: "Ann"}))
	if taken.ApplicationproblemJSON409.Code != chat.ProblemCodeNicknameTaken {
		log.Fatal(taken)
	}
	refused(taken.Body)

	ann := must(chat.NewClientWithResponses(url, chat.WithRequestEditorFn(func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+me.Token)
		return nil
	})))
	start := must(ann.ListEventsWithResponse(ctx, &chat.ListEventsParams{})).JSON200
	fmt.Printf("recovered %t, %d messages, events %t\n", start.Recovered, len(*start.Messages), start.Events != nil)

	id := uuid.New()
	first := must(ann.SendMessageWithResponse(ctx, chat.SendRequest{Text: "Hello!", Id: &id})).JSON201
	fmt.Printf("kept as %d, duplicate %t\n", first.Message.Seq, first.Duplicate)
	again := must(ann.SendMessageWithResponse(ctx, chat.SendRequest{Text: "Hello!", Id: &id})).JSON200
	fmt.Printf("kept as %d, duplicate %t\n", again.Message.Seq, again.Duplicate)
	refused(must(ann.SendMessageWithResponse(ctx, chat.SendRequest{Text: "Other", Id: &id})).Body)
	refused(must(ann.SendMessageWithResponse(ctx, chat.SendRequest{Text: " "})).Body)

	later := must(ann.ListEventsWithResponse(ctx, &chat.ListEventsParams{Since: &start.Cursor})).JSON200
	for _, event := range *later.Events {
		said := event.Message
		fmt.Printf("recovered %t: %d %s %s in %d\n", later.Recovered, event.Seq, event.Type, said.Text, said.SentAt.Year())
	}

	heard := make(chan *chat.RoomState)
	go func() {
		wait := 30
		heard <- must(ann.ListEventsWithResponse(ctx, &chat.ListEventsParams{Since: &later.Cursor, Wait: &wait})).JSON200
	}()
	must(ann.SendMessageWithResponse(ctx, chat.SendRequest{Text: "Anybody?"}))
	event := (*(<-heard).Events)[0]
	fmt.Printf("waited for: %d %s\n", event.Seq, event.Message.Text)

	alive := must(ann.HeartbeatWithResponse(ctx, chat.RoomRequest{})).JSON200
	fmt.Printf("%d online, %s, at %d\n", alive.Online, alive.Users[0].Nickname, alive.Seq)
	if status := must(ann.LeaveWithResponse(ctx, chat.RoomRequest{})).StatusCode(); status != http.StatusNoContent {
		log.Fatal(status)
	}
	fmt.Println("left")
	fmt.Println(must(anybody.ListUsersWithResponse(ctx, &chat.ListUsersParams{})).JSON200.Online, "online")
}
