package sioproto

import "errors"

// What a peer can have done wrong. All of them end the connection.
var (
	ErrHeader           = errors.New("sioproto: malformed packet header")
	ErrNamespace        = errors.New("sioproto: malformed or too long namespace")
	ErrID               = errors.New("sioproto: malformed ack id")
	ErrPayload          = errors.New("sioproto: invalid payload")
	ErrDepth            = errors.New("sioproto: payload nested too deeply")
	ErrReservedName     = errors.New("sioproto: reserved event name")
	ErrTooManyArgs      = errors.New("sioproto: too many arguments")
	ErrAttachmentCount  = errors.New("sioproto: invalid number of attachments")
	ErrAttachmentBytes  = errors.New("sioproto: attachments too large")
	ErrPlaceholder      = errors.New("sioproto: placeholders do not match the attachments")
	ErrUnexpectedText   = errors.New("sioproto: text while attachments are due")
	ErrUnexpectedBinary = errors.New("sioproto: binary message without a packet")
)
