// A server of github.com/things-go/go-socks5 on loopback: PORT [USER PASSWORD].
package main

import (
	"fmt"
	"os"

	"github.com/things-go/go-socks5"
)

// The commit of the library that this was built with.
const version = "b17fab9"

func main() {
	if os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	var options []socks5.Option
	if len(os.Args) > 3 {
		options = append(options, socks5.WithCredential(socks5.StaticCredentials{os.Args[2]: os.Args[3]}))
	}
	panic(socks5.NewServer(options...).ListenAndServe("tcp", "127.0.0.1:"+os.Args[1]))
}
