// Command program does what its first argument says.
package main

import (
	"fmt"
	"os"
	"syscall/js"
)

func main() {
	switch os.Args[1] {
	case "say":
		fmt.Println(os.Args[2:], os.Environ())
	case "bytes":
		os.Stdout.Write([]byte{0, 0xff, 'o', 'k', 0xc3})
	case "exit":
		os.Exit(3)
	case "panic":
		panic("boom")
	case "spin":
		fmt.Println("spinning")
		for {
		}
	case "wait":
		fmt.Println("waiting")
		select {}
	case "open":
		_, err := os.ReadDir("testdata")
		fmt.Println(os.IsNotExist(err))
	case "origin":
		fmt.Print(js.Global().Get("location").Get("origin").String())
	}
}
