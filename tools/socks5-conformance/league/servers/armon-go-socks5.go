// A server of github.com/armon/go-socks5 on loopback: PORT [USER PASSWORD].
package main

import (
	"fmt"
	"os"

	"github.com/armon/go-socks5"
)

// The last commit of the library.
const version = "e753329"

func main() {
	if os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	config := &socks5.Config{}
	if len(os.Args) > 3 {
		config.Credentials = socks5.StaticCredentials{os.Args[2]: os.Args[3]}
	}
	server, err := socks5.New(config)
	if err != nil {
		panic(err)
	}
	panic(server.ListenAndServe("tcp", "127.0.0.1:"+os.Args[1]))
}
