import Database

// GRDB has types with the names of Database's; these stand for ours where both are in sight.
typealias Question = Statement
typealias Answer = StatementResult
typealias AnswerRow = Row
typealias Value = DatabaseValue
typealias Failure = DatabaseError
typealias DatabaseFailure = DatabaseError
