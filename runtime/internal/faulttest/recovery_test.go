package faulttest

import (
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

func recovering() rt.Options { return rt.Options{RecoveryWindow: time.Minute} }

func TestOfficialClientIsRecovered(t *testing.T) { // D05
	onEachTransport(t, recovering(), "recovered")
}

func TestOfficialClientMissesNothingUnderCuts(t *testing.T) { // D05
	onEachTransport(t, recovering(), "stream")
}

func TestOfficialClientIsRecoveredFromSilence(t *testing.T) { // D06
	t.Parallel()
	newScene(t, recovering()).play("idle")
}

func TestOfficialClientTakesItsPlaceOver(t *testing.T) { // D07
	t.Parallel()
	newScene(t, recovering()).play("takeover")
}

func TestOfficialClientKeepsItsOffset(t *testing.T) { // D06
	t.Parallel()
	newScene(t, recovering()).play("volatile")
}

func TestOfficialClientIsNotRecovered(t *testing.T) { // D08, D09
	t.Parallel()
	newScene(t, rt.Options{RecoveryWindow: time.Second}).play("not", "1500")
}
