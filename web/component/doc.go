// Package component holds the pieces that pages are made of.
//
// The live pieces are rendered complete and dead; wasm/app brings them to life. What it relies on is
// the contract of this list, and nothing else of the markup:
//
//	body[data-page]                        "home", "lesson", "demo" or "notfound"
//	body[data-lesson]                      the lesson's number, on a lesson's page
//	#words > [data-word=KEY]               the words the program shows (text.Words), in a <template>
//	#log-line, #console-line, #problem-line    <template>s of one line of a log, of the console and of a list of problems
//	#program                               what the page's program is doing: building, failed
//
//	input[name=source]                     "mine" or "solution": which code the clients dial
//	#function[data-state]                  the learner's code: unknown, panicked, unstarted, and the phases of server/course/feed
//	#function-word, #function-at, #function-text   the state as a word, file:line, what the compiler or the panic said
//
//	section[data-client=ana|bob][data-state]       closed, connecting, open, lost, refused
//	#ana-state, [data-state-of=ana]        the state as a word (the second: for phones, outside the panel)
//	#ana-address                           the address dialled
//	#ana-token, #ana-name                  what is presented; absent where a lesson has no Authenticate
//	#ana [data-mint=valid|expired|tampered]
//	#ana [data-do=connect|disconnect|lose|clear], #ana-form (submit sends)
//	#ana-event                             select; an option's data-payload is the example, value "" asks #ana-other
//	#ana-kind                              select, text or binary, in place of #ana-event and #ana-transport where no gateway
//	                                       answers; an option's data-payload is the example
//	#ana-payload, #ana-error, #ana-log
//	#ana [data-part=code]                  why the learner's code does not answer here, or what does; hidden else
//
//	#wire                                  what crosses the connections; in it:
//	  #wire-views [role=tab][data-view][data-panel]   frames or sequence, and the panels that they show
//	  [data-do=pause][data-pause][data-resume], [data-do=clear-wire|export|all], #wire-held, #wire-count
//	  #wire-filter input                   ticked is shown: ana, bob, other, up, down, handshake, data, control, faults
//	  #wire-search, #wire-empty, #wire-none, #wire-news (said), #wire-newest
//	  #wire-list                           scrolls, a grid; #wire-space is as high as all rows, #wire-rows holds those that can be seen
//	  #wire-row (template)                 a row; [data-part=time|who|way|kind|length|marks|event|text|notes|handler]
//	#wire-detail                           the chosen entry; [data-part=title|what|at|trouble|event|handler|meaning]
//	  [data-part=header], #wire-ruler [data-bytes=first|second|extended|key], [data-field=fin|…|payload], #wire-ruler-says
//	  #wire-body-part, #wire-body-views [role=tab][data-view=text|json|hex|raw|headers], #wire-body, #wire-note, #wire-text
//	  #wire-headers (table), #wire-header (template), [data-do=close-detail]
//	#wire-faults (details)                 what makes connections worse; in it:
//	  #wire-faults-form, [name=whose], [data-preset], [data-fault=up.delay|…|seed], #wire-faults-text
//	  #wire-faults-error, #wire-faults-said, #wire-faults-none, [data-part=ana|bob], #wire-faults-link, [data-copy]
//	  [data-do=apply|rst]
//	#sequence                              the wire as a diagram; in it:
//	  #sequence-paper                      scrolls; a list box, whose options are the rows
//	  #sequence-head, #sequence-rows (svg) the participants, and what can be seen of the rows
//	  #sequence-said, [data-do=mermaid|svg]
//
//	#console-log
//	#tests-list th[data-place=native|browser] [data-part=tally]   how many pass at that place
//	#tests-list [data-test=NAME]           a test; in it:
//	  td[data-place][data-verdict] [data-part=verdict]   none, running, pass, fail, skip
//	  [data-part=says]                     what is tested, as a sentence
//	  [data-part=why]                      shown below the first test that fails; in it:
//	    [data-part=place|message|at|printed]   where, what it says, file:line, output
//	    [data-part=values], [data-part=expected|got]   what was expected and what came
//	    [data-part=help]                   room for #help
//	#help[data-hints=HOW MANY]             the hints, moved to the first test that fails
//	#tally[data-verdict] [data-part=tally] how many pass natively, above all panels; hidden until somebody works on the lesson
//	#tests-problems, #tests-warnings       (ul) what the compiler and vet say; #tests-trouble: why nothing could run
//	#tests-idle                            hidden as soon as somebody works on the lesson; [data-do=again] can be pressed then
//	#tests-news                            the outcome of a run, said once
//	#passed, #onward                       shown while every test passes; the link to what comes next
//	[data-do=again]
//
//	[data-hint=N]                          hint N, in the text (details) and in #help; hidden until it is revealed
//	[data-part=next-hint] [data-do=hint]   reveals the next; [data-part=hint-error]
//	#done                                  the stamp at the title, hidden until the lesson is done
//
//	#answer[data-state][data-from=PATH]    closed, asking, open; where the text comes from
//	#answer [data-do=show|show-yes|show-no], #answer-ask, #answer-text, #answer-error
//	#answer [data-do=show][data-show][data-hide]   the words on the button
//
//	#chat[data-state]                      closed, connecting, open, lost, refused
//	#chat-join (form), #chat-token, #chat-name, #chat-error, #chat-leave, #chat-state
//	#chat-here (ol), #chat-messages (ol), #chat-say (form), #chat-to (select), #chat-text, #chat-wire (ol)
//	#chat-line, #chat-person               <template>s of one line of the talk and of one person
package component
