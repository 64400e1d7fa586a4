//go:build race

package function

func init() { messages = 2 }
