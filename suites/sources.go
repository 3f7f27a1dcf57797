package suites

// Where the providers say what the rules demand: the document's public address and
// its section, or what follows from them.
const (
	superaiDoc = "https://docs.superai.vn/guide/webhooks.html"
	mobioSales = "https://help.mobio.io/articles/webhook-dataout-sales/"
	mobioIntro = "https://help.mobio.io/articles/gioi-thieu-chung-ve-webhook-data-out/"

	superaiEvents    = superaiDoc + ", Request: both update types and their members"
	superaiSample    = superaiDoc + ", Ví Dụ: the sample carries members that the table lacks"
	superaiSignature = superaiDoc + ", Xác Thực Webhook: HMAC-SHA256 of the raw body, in Signature, equal or not from SuperAI"
	superaiSuccess   = superaiDoc + ", Response: 200 alone is a successful update"
	superaiNoRetry   = superaiDoc + ", Response: no retry is documented, so an update that is not answered 200 is lost"
	superaiStrings   = superaiDoc + ", Các Tham Số: type and status are strings without a closed list"

	mobioEvents     = mobioSales + ", every section: the sample of its event"
	mobioTables     = mobioSales + ", tables of data_event: column Required"
	mobioSignature  = mobioSales + ", every section: X-mevent-signature = sha256(app_id + data_string + app_secret)"
	mobioSuccess    = mobioIntro + ", Yêu cầu hiệu suất: every event is answered with 200"
	mobioAnswerTime = mobioIntro + ", Yêu cầu hiệu suất: every event is answered within 100 ms"
	mobioAlive      = mobioIntro + ", Thiết lập Webhook: a GET verifies that the URL is online"
	mobioResend     = mobioIntro + ", resend: an event whose sending failed comes again for one hour"
	mobioPages      = mobioSales + " is one of several pages: the same URL gets the events of the others too"

	httpSemantics = "RFC 9110 (HTTP semantics)"
	httpMessages  = "RFC 9112 (HTTP/1.1)"
	jsonText      = "RFC 8259 (JSON): the same value may be written in many ways"
)
