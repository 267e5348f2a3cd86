/// A day of the proleptic Gregorian calendar, reached fast from and to the number of days since
/// 1970-01-01. Only for days from then on.
struct LocalDate: Hashable {
  var year: Int
  /// 1 to 12.
  var month: Int
  /// 1 to 31.
  var day: Int

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// - Parameter number: days since 1970-01-01, not negative.
  init(number: Int) {
    // Years that begin in March put the leap day last; 400 of them are 146,097 days.
    let shifted = number + 719_468
    let era = shifted / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * ofYear + 2) / 153
    month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    day = ofYear - (153 * fromMarch + 2) / 5 + 1
  }

  /// Days since 1970-01-01.
  var number: Int {
    let march = month <= 2 ? year - 1 : year
    let fromMarch = month > 2 ? month - 3 : month + 9
    let ofYear = (153 * fromMarch + 2) / 5 + day - 1
    return march * 365 + march / 4 - march / 100 + march / 400 + ofYear - 719_468
  }

  /// How many days its month has.
  var monthLength: Int {
    switch month {
    case 2: isLeapYear ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private var isLeapYear: Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}
