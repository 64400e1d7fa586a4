package sequence

import (
	"strings"

	"wslab/server/wire"
)

// Options are what an SVG document says besides the diagram. The zero Options are usable.
type Options struct {
	Title       string
	Description string
	Server      string // what the server is called
	Lang        string // of all of these
	Width       int    // in pixels
}

// SVG returns the diagram of some entries as a document that needs nothing else: its colours are those of
// the lab, by day and by night.
func SVG(entries []wire.Entry, o Options) string {
	d := New(entries...)
	if o.Title == "" {
		o.Title = "Sequence diagram"
	}
	if o.Description == "" {
		o.Description = d.described()
	}
	if o.Width == 0 {
		o.Width = 960
	}
	if o.Lang == "" {
		o.Lang = "en"
	}
	v := View{Width: o.Width, Server: oneLine(o.Server, maxName)}
	width, height := px(d.Width(v)), px(HeadHeight+d.y(v, d.End())+v.Row()/2)
	var b strings.Builder
	tag(&b, "svg", "xmlns", "http://www.w3.org/2000/svg", "width", width, "height", height, "viewBox", "0 0 "+width+" "+height,
		"lang", oneLine(o.Lang, maxName), "role", "img", "aria-labelledby", "title desc", "class", "sequence-diagram")
	whole(&b, "title", "title", o.Title)
	whole(&b, "desc", "desc", o.Description)
	b.WriteString("<style>" + style + "</style>")
	empty(&b, "rect", "class", "paper", "width", "100%", "height", "100%")
	b.WriteString(d.Head(v))
	tag(&b, "g", "transform", "translate(0 "+px(HeadHeight)+")")
	b.WriteString(d.Rows(v, d.Start(), d.End()))
	b.WriteString("</g></svg>\n")
	return b.String()
}

func whole(b *strings.Builder, name, id, s string) {
	tag(b, name, "id", id)
	b.WriteString(markup.Replace(oneLine(s, maxDescription)))
	b.WriteString("</" + name + ">")
}

// maxDescription is how long a title or a description is at most, in cells.
const maxDescription = 400

// described says who takes part.
func (d *Diagram) described() string {
	var names []string
	for _, p := range d.people {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ") + ": " + px(len(d.entries))
}

// style is what css/sequence.css is on a page: the same classes, with the colours written out.
const style = `
svg{color-scheme:light dark;--paper:#fbfbf8;--ink:#1d1b18;--quiet:#57524a;--faint:#d9d2c3;--ana:#a93416;--bob:#08625f;--fault:#7d5200;font:12px ui-monospace,"Cascadia Code","SF Mono",Menlo,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){svg{--paper:#0b111c;--ink:#e6e2d8;--quiet:#a4adbd;--faint:#253148;--ana:#ff9070;--bob:#5fd0c4;--fault:#e9b649}}
.paper{fill:var(--paper)}
.ana{--voice:var(--ana)}.bob{--voice:var(--bob)}.server{--voice:var(--ink)}.other{--voice:var(--quiet)}
` + shapes

// shapes are the same on a page.
const shapes = `text{fill:var(--ink);white-space:pre}
.person rect{fill:var(--paper);stroke:var(--voice);stroke-width:1.5}.person text{fill:var(--voice);font-size:13px;font-weight:600;text-anchor:middle}
.life{stroke:var(--voice);stroke-width:2}.life.server{stroke-width:1.5}.opening{stroke-dasharray:2 4}
.birth{fill:var(--voice)}.death{stroke:var(--voice);stroke-width:2}
.band{fill:none}.time{fill:var(--quiet);font-size:11px}
.shaft,.point{stroke:var(--voice);stroke-width:1.5;fill:none}.point:not(.open){fill:var(--voice);stroke:none}
.event{font-weight:700;fill:var(--voice)}.detail,.note{fill:var(--quiet)}
.handshake .shaft:not(path),.end .shaft:not(path){stroke-dasharray:5 4}
.control .shaft,.control .point{stroke-width:1;opacity:.7}.control .event{font-weight:400;fill:var(--quiet)}.fragment .shaft{stroke-dasharray:12 3}
.at-work{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}.before{text-anchor:end}
.faulty .shaft,.cross{stroke:var(--fault)}.cross{stroke-width:2.5;fill:none}.faulty .point{stroke:var(--fault)}.faulty .point:not(.open){fill:var(--fault)}
.mark,.label.mark{fill:var(--fault);font-weight:700}.deed{fill:none;stroke:var(--fault);stroke-dasharray:2 3}
`
