// Places an order with the generated client, reads it back, and places two that are refused.
// place_order URL PRODUCT: prints {"placed", "read", "problems"}.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"shop.example/ordo/client"
)

type shop struct{ orders *ordo.OrdersAPIService }

func (s shop) place(body *ordo.OrderBody) (*ordo.Order, error) {
	order, _, err := s.orders.PlaceOrder(context.Background()).Prefer("wait=30").OrderBody(*body).Execute()
	return order, err
}

func bodyOf(product string, quantity int64) *ordo.OrderBody {
	line := ordo.NewStatedLine(quantity)
	line.SetProductId(product)
	body := ordo.NewOrderBody([]ordo.StatedLine{*line})
	body.SetCustomerId("ann")
	return body
}

// Ends the program when err is not what the API answers errors with.
func problem(err error) ordo.Problem {
	var refused *ordo.GenericOpenAPIError
	if !errors.As(err, &refused) {
		log.Fatalf("not refused: %v", err)
	}
	problem, typed := refused.Model().(ordo.Problem)
	if !typed {
		log.Fatalf("not a problem: %v", err)
	}
	return problem
}

func main() {
	url, product := os.Args[1], os.Args[2]
	configuration := ordo.NewConfiguration()
	configuration.Servers = ordo.ServerConfigurations{{URL: url}}
	s := shop{ordo.NewAPIClient(configuration).OrdersAPI}

	body := bodyOf(product, 2)
	body.SetMetadata(map[string]string{"gift": "yes"})
	placed, err := s.place(body)
	if err != nil {
		log.Fatal(err)
	}
	read, _, err := s.orders.GetOrder(context.Background(), placed.Id).Execute()
	if err != nil {
		log.Fatal(err)
	}

	_, unknown := s.place(bodyOf("none", 1))
	body.SetExpectedTotal(*ordo.NewMoney(1, "USD"))
	_, total := s.place(body)

	report, err := json.Marshal(map[string]any{"placed": placed, "read": read, "problems": []ordo.Problem{problem(unknown), problem(total)}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(report))
}
