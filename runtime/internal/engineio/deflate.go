package engineio

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// frameCompressed marks the first byte of a frame that is compressed by
// permessage-deflate (RFC 7692). Neither side keeps a context, so what is
// compressed for one peer is right for all.
const frameCompressed = 0x40

// deflateTail ends what a flate.Writer flushes and is not sent.
const deflateTail = "\x00\x00\xff\xff"

// deflaters holds writers, which are large.
var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // the level is valid
	return w
}}

// deflated returns the frames of the message for peers of permessage-deflate.
// They are made once.
func (m *Message) deflated() []byte {
	if m.uncompressed || len(m.frames) < compressFrom {
		return m.frames
	}
	d := &m.variants().deflated
	d.once.Do(func() { d.bytes = deflateFrames(m.frames) })
	return d.bytes
}

// deflateFrames returns frames with those compressed that become smaller.
func deflateFrames(frames []byte) []byte {
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	var dst []byte
	var packed bytes.Buffer
	for len(frames) > 0 {
		frame, data := firstFrame(frames)
		frames = frames[len(frame):]
		if len(data) < compressFrom {
			dst = append(dst, frame...)
			continue
		}
		packed.Reset()
		w.Reset(&packed)
		w.Write(data) // a buffer takes everything
		w.Flush()
		small := bytes.TrimSuffix(packed.Bytes(), []byte(deflateTail))
		if len(small) >= len(data) {
			dst = append(dst, frame...)
			continue
		}
		dst = append(appendFrameHeader(dst, frame[0]|frameCompressed, len(small)), small...)
	}
	return dst
}

// firstFrame returns the first of frames that appendFrameHeader has begun, whole
// and without its header.
func firstFrame(frames []byte) (frame, data []byte) {
	head, n := 2, uint64(frames[1])
	switch n {
	case 126:
		head, n = 4, uint64(binary.BigEndian.Uint16(frames[2:]))
	case 127:
		head, n = 10, binary.BigEndian.Uint64(frames[2:])
	}
	frame = frames[:uint64(head)+n]
	return frame, frame[head:]
}

// offersDeflate reports whether a peer offers permessage-deflate in a way that
// the one answer we have fits: both sides start each message afresh.
func offersDeflate(r *http.Request) bool {
	for _, line := range r.Header["Sec-Websocket-Extensions"] {
		for offer := range strings.SplitSeq(line, ",") {
			if strings.Count(offer, `"`)%2 != 0 { // a comma within quotes, where none may stand
				break
			}
			if fitsOffer(offer) {
				return true
			}
		}
	}
	return false
}

// fitsOffer declines what RFC 7692, 7.1 says must be: offers with a parameter that
// does not exist, comes twice or has a wrong value, and those that want a smaller
// window of us, which we do not make.
func fitsOffer(offer string) bool {
	name, params, more := strings.Cut(offer, ";")
	if strings.TrimSpace(name) != "permessage-deflate" {
		return false
	}
	var seen []string
	for more {
		var param string
		param, params, more = strings.Cut(params, ";")
		name, value, valued := strings.Cut(param, "=")
		name = strings.TrimSpace(name)
		if slices.Contains(seen, name) {
			return false
		}
		seen = append(seen, name)
		switch name {
		case "client_no_context_takeover", "server_no_context_takeover":
			if valued {
				return false
			}
		case "client_max_window_bits": // the answer need not repeat it
			if valued && !isWindow(strings.TrimSpace(value)) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isWindow reports whether s is the size of a window, as a token or quoted.
func isWindow(s string) bool {
	if n := len(s); n > 2 && s[0] == '"' && s[n-1] == '"' {
		s = s[1 : n-1]
	}
	switch s {
	case "8", "9", "10", "11", "12", "13", "14", "15":
		return true
	}
	return false
}

// withPlainOffer returns r with an offer that gorilla cannot read otherwise than
// we did.
func withPlainOffer(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Set("Sec-Websocket-Extensions", "permessage-deflate")
	return r
}
