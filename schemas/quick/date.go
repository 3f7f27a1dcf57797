package quick

// format is a format that is understood.
type format uint8

const (
	noFormat format = iota
	date
	dateTime
)

// formats are the formats by name.
var formats = map[string]format{"date": date, "date-time": dateTime}

// fits tells whether a text surely has the format.
func (f format) fits(letters []byte) bool {
	switch f {
	case date:
		return len(letters) == len(dateShape) && isDate(letters)
	case dateTime:
		return isDateTime(letters)
	}
	return true
}

const (
	dateShape = "0000-00-00"
	timeShape = "T00:00:00"
	zoneShape = "+00:00"
)

// isDate tells whether letters begin with a day that the calendar has.
func isDate(letters []byte) bool {
	if !shaped(letters, dateShape) {
		return false
	}
	year, month, day := 100*pair(letters)+pair(letters[2:]), pair(letters[5:]), pair(letters[8:])
	return 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// isDateTime tells whether letters are a date and a time as RFC 3339 writes them, in capitals and without leap seconds.
func isDateTime(letters []byte) bool {
	if !isDate(letters) {
		return false
	}
	clock := letters[len(dateShape):]
	if !shaped(clock, timeShape) || pair(clock[1:]) > 23 || pair(clock[4:]) > 59 || pair(clock[7:]) > 59 {
		return false
	}
	zone := clock[len(timeShape):]
	if len(zone) > 0 && zone[0] == '.' {
		_, end := decimals(zone, 1)
		if end == 1 {
			return false
		}
		zone = zone[end:]
	}
	return string(zone) == "Z" || len(zone) == len(zoneShape) && isOffset(zone)
}

func isOffset(zone []byte) bool {
	return (zone[0] == '+' || zone[0] == '-') && shaped(zone[1:], zoneShape[1:]) && pair(zone[1:]) <= 23 && pair(zone[4:]) <= 59
}

// shaped tells whether letters begin like a shape, with any digit where the shape has a zero.
func shaped(letters []byte, shape string) bool {
	if len(letters) < len(shape) {
		return false
	}
	for i := range len(shape) {
		if isDigit := '0' <= letters[i] && letters[i] <= '9'; isDigit != (shape[i] == '0') || !isDigit && letters[i] != shape[i] {
			return false
		}
	}
	return true
}

// pair is the number that two digits write.
func pair(digits []byte) int {
	return 10*int(digits[0]-'0') + int(digits[1]-'0')
}
