// Command ferret is a database that speaks MongoDB's wire protocol and keeps its data in SQLite files, for tests and demos on
// machines where no MongoDB server can be installed.
//
// It embeds FerretDB as a library instead of installing FerretDB's own command: that command refuses to start unless its build
// stamped a version file into the module, which `go install` cannot do. The library has no such demand, and it starts neither
// telemetry nor a debug listener.
//
// Usage: ferret ADDRESS DIRECTORY [CERTIFICATE KEY], the latter two for TLS and nothing else. With FERRET_USER, FERRET_PASSWORD and
// FERRET_DATABASE in the environment clients have to log in as that user of that database (see ferret_patch.py).
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if len(os.Args) != 3 && len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: ferret ADDRESS DIRECTORY [CERTIFICATE KEY]")
		os.Exit(2)
	}
	listener := ferretdb.ListenerConfig{TCP: os.Args[1]}
	if len(os.Args) == 5 {
		listener = ferretdb.ListenerConfig{TLS: os.Args[1], TLSCertFile: os.Args[3], TLSKeyFile: os.Args[4]}
	}
	if err := run(listener, os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "ferret:", err)
		os.Exit(1)
	}
}

func run(listener ferretdb.ListenerConfig, directory string) error {
	// One line a connection at Info would drown what matters.
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	server, err := ferretdb.New(&ferretdb.Config{
		Logger:    logger,
		Listener:  listener,
		Handler:   "sqlite",
		SQLiteURL: "file:" + directory + "/",
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return server.Run(ctx)
}
