// Package component holds the pieces that pages are made of.
//
// The live pieces are rendered complete and dead; wasm/app brings them to life. What it relies on is
// the contract of this list, and nothing else of the markup:
//
//	body[data-page]                        "home", "lesson", "demo" or "notfound"
//	body[data-lesson]                      the lesson's number, on a lesson's page
//	#words > [data-word=KEY]               the words the program shows (text.Words), in a <template>
//	#log-line, #console-line               <template>s of one line of a log and of the console
//	#program                               what the page's program is doing: building, failed
//
//	input[name=source]                     "mine" or "solution": which code the clients dial
//	#function[data-state]                  the learner's code: unknown, panicked, and the phases of server/course/feed
//	#function-word, #function-at, #function-text   the state as a word, file:line, what the compiler or the panic said
//
//	section[data-client=ana|bob][data-state]       closed, connecting, open, lost, refused
//	#ana-state, [data-state-of=ana]        the state as a word (the second: for phones, outside the panel)
//	#ana-address                           the address dialled
//	#ana-token, #ana-name                  what is presented; absent where a lesson has no Authenticate
//	#ana [data-mint=valid|expired|tampered]
//	#ana [data-do=connect|disconnect|lose|clear], #ana-form (submit sends)
//	#ana-event                             select; an option's data-payload is the example, value "" asks #ana-other
//	#ana-payload, #ana-error, #ana-log
//
//	#console-log
//	#tests-list > [data-test=NAME][data-verdict]   none, running, pass, fail, skip
//	  [data-part=verdict], [data-part=message], [data-part=at]
//	#tests-tally
//
//	#chat[data-state]                      closed, connecting, open, lost, refused
//	#chat-join (form), #chat-token, #chat-name, #chat-error, #chat-leave, #chat-state
//	#chat-here (ol), #chat-messages (ol), #chat-say (form), #chat-to (select), #chat-text, #chat-wire (ol)
//	#chat-line, #chat-person               <template>s of one line of the talk and of one person
package component
