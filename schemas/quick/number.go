package quick

// number is what has to be known of a number to hold it to a rule.
type number struct {
	kind kinds // whole or fraction
	// exact tells that the number lies from low to high: they are the nearest whole numbers, the same one if it is
	// whole.
	exact     bool
	low, high int64
}

// The longest numbers that double precision holds whatever their digits are: with this many characters and no
// exponent, or with fewer and an exponent that is not beyond its bound either way. Others are left to the judge.
const (
	longestPlain    = 300
	longestExponent = 100
	widestExponent  = 200
)

// mostDigits is how many digits an int64 holds whatever they are.
const mostDigits = 18

// readNumber reads the number at i and returns the position behind it.
func readNumber(doc []byte, i int) (number, int) {
	start := i
	negative := i < len(doc) && doc[i] == '-'
	if negative {
		i++
	}
	first := i
	value, i := digits(doc, i)
	if i == first || doc[first] == '0' && i > first+1 {
		return number{}, unsure
	}
	n := number{kind: whole, exact: i-first <= mostDigits}
	places := 0 // to the last digit of the fraction that is not zero
	if i < len(doc) && doc[i] == '.' {
		point := i
		if places, i = decimals(doc, i+1); i == point+1 {
			return number{}, unsure
		}
	}
	if i < len(doc) && doc[i]|' ' == 'e' {
		return readExponent(doc, start, i, places)
	}
	if i-start > longestPlain {
		return number{}, unsure
	}
	n.weigh(negative, value, places > 0)
	return n, i
}

// weigh places the number between whole numbers. A negative zero is told apart from zero by the judge.
func (n *number) weigh(negative bool, value int64, more bool) {
	n.low, n.high = value, value
	if more {
		n.kind = fraction
		n.high++
	}
	if negative {
		n.low, n.high = -n.high, -n.low
		n.exact = n.exact && n.low != 0
	}
}

// digits reads the digits at i. Their value means something for at most mostDigits of them.
func digits(doc []byte, i int) (value int64, end int) {
	for i < len(doc) && '0' <= doc[i] && doc[i] <= '9' {
		value = value*10 + int64(doc[i]-'0')
		i++
	}
	return value, i
}

// decimals reads the digits of a fraction and counts them up to the last one that is not zero.
func decimals(doc []byte, i int) (places, end int) {
	start := i
	for i < len(doc) && '0' <= doc[i] && doc[i] <= '9' {
		if doc[i] != '0' {
			places = i + 1 - start
		}
		i++
	}
	return places, i
}

// readExponent reads the rest of a number from its e. It is whole where the exponent makes up for the fraction.
func readExponent(doc []byte, start, e, places int) (number, int) {
	i := e + 1
	negative := false
	if i < len(doc) && (doc[i] == '-' || doc[i] == '+') {
		negative = doc[i] == '-'
		i++
	}
	first := i
	exponent, i := digits(doc, i)
	if i == first || i-start > longestExponent || i-first > mostDigits || exponent > widestExponent {
		return number{}, unsure
	}
	if !negative && int64(places) <= exponent {
		return number{kind: whole}, i
	}
	return number{kind: fraction}, i
}
