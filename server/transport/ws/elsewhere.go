package ws

// idle are goroutines with nothing to do, by the channels on which they take something.
var idle = make(chan chan job, 64)

type job struct {
	run  func()
	done chan struct{}
}

// elsewhere runs a function on another goroutine and waits for it. A goroutine's stack stays as large as it ever
// was, so one that mostly waits, as each connection has one, leaves what goes deep to the few that are busy.
func elsewhere(run func()) {
	j := job{run, make(chan struct{})}
	select {
	case worker := <-idle:
		worker <- j
	default:
		go work(j)
	}
	<-j.done
}

func work(j job) {
	next := make(chan job)
	for {
		j.run()
		close(j.done)
		select {
		case idle <- next:
			j = <-next
		default:
			return
		}
	}
}
