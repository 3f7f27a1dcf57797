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
	superaiStrings   = superaiDoc + ", Các Tham Số: status is a string without a closed list"

	mobioEvents     = mobioSales + ", every section: the sample of its event"
	mobioTables     = mobioSales + ", tables of data_event: column Required"
	mobioSignature  = mobioSales + ", every section: X-mevent-signature = sha256(app_id + data_string + app_secret)"
	mobioSuccess    = mobioIntro + ", Yêu cầu hiệu suất: every event is answered with 200"
	mobioAnswerTime = mobioIntro + ", Yêu cầu hiệu suất: every event is answered within 100 ms"
	mobioAlive      = mobioIntro + ", Thiết lập Webhook: a GET verifies that the URL is online"
	mobioResend     = mobioIntro + ", resend: an event whose sending failed comes again for one hour"
	mobioPages      = mobioSales + " is one of several pages: the same URL gets the events of the others too"

	abahaDoc     = "https://tailieu.abaha.vn, page tai-lieu-webhook"
	abahaEvents  = abahaDoc + ", section D: the samples of order, product and customer"
	abahaMembers = abahaDoc + ", section D: cashback and item_fee have members that shops name"
	abahaAnswer  = abahaDoc + ", section D, Response: {\"status\": 200, \"message\": \"OK\"}"
	abahaHeaders = abahaDoc + ", section B.2: custom headers tell where a delivery comes from"
	abahaRetry   = abahaDoc + ", section A.3: a failed delivery is sent again, three times in all"

	esmsDoc     = "https://developers.esms.vn/esms-api/callback-url"
	esmsSamples = esmsDoc + ": the eight sample callbacks"
	esmsTable   = esmsDoc + ", table of the parameters"
	esmsRetry   = esmsDoc + ": a callback that times out is sent again, up to five times"
	esmsGet     = esmsDoc + ": callbacks are HTTP GET"

	httpSemantics = "RFC 9110 (HTTP semantics)"
	ownFault      = httpSemantics + ", 15.6: 5xx is the server's own fault"
	httpMessages  = "RFC 9112 (HTTP/1.1)"
	jsonText      = "RFC 8259 (JSON): the same value may be written in many ways"
)
