package faulttest

import (
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestOfficialClientKeepsOrderAcrossTheUpgrade(t *testing.T) { // U08, U10
	for _, delay := range []string{"0", "20", "60"} {
		t.Run(delay+"ms", func(t *testing.T) {
			t.Parallel()
			newScene(t, rt.Options{}).play("order", delay)
		})
	}
}

func TestOfficialClientStaysOnPolling(t *testing.T) { // U11
	t.Parallel()
	newScene(t, rt.Options{}).play("noUpgrade")
}

// onEachTransport runs a scenario whose argument is the transport.
func onEachTransport(t *testing.T, opts rt.Options, scenario string) {
	for _, transport := range []string{"polling", "websocket"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			newScene(t, opts).play(scenario, transport)
		})
	}
}

// Heartbeats are off, in effect: the losses have to be noticed without them.
func TestOfficialClientComesBackAfterALoss(t *testing.T) { // D01
	onEachTransport(t, rt.Options{PingInterval: time.Hour, PingTimeout: time.Hour}, "loss")
}

func TestOfficialClientOnASilentNetwork(t *testing.T) { // D02
	onEachTransport(t, rt.Options{PingInterval: time.Second, PingTimeout: time.Second}, "silence")
}

func TestOfficialClientIsBackBeforeItsLossWasNoticed(t *testing.T) { // D07
	t.Parallel()
	newScene(t, rt.Options{PingInterval: 2 * time.Second, PingTimeout: 2 * time.Second}).play("early")
}

func TestOfficialClientThatIsCutAgainAndAgain(t *testing.T) { // D03
	onEachTransport(t, rt.Options{}, "cuts")
}

func TestOfficialClientThatRetries(t *testing.T) { // D04
	onEachTransport(t, rt.Options{}, "retries")
}

func TestOfficialClientsStorm(t *testing.T) { // D10
	t.Parallel()
	newScene(t, rt.Options{}).play("storm")
}

func TestOfficialClientOnBadLines(t *testing.T) { // D14
	t.Parallel()
	newScene(t, rt.Options{}).play("lines")
}

func TestOfficialClientsBesideAStuckOne(t *testing.T) { // F05
	onEachTransport(t, rt.Options{}, "stuck")
}
