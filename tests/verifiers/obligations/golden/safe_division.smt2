; safe/ensures-1#well-definedness-1: safe/ensures-1
; safe/raises-1#raises-1 at 4
(set-logic QF_LIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(assert (not (= x.1 0)))
(assert (= x.1 0))
(check-sat)
(get-value (x.2 x.1))

; safe/no-undeclared-exception#no-undeclared-exception-1 at 3: ValueError
(set-logic QF_LIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(assert (= x.1 0))
(assert (not (= x.1 0)))
(check-sat)
(get-value (x.2 x.1))

; safe/result-type#result-type-1 at 4
; safe/terminates#nothing-to-show-1
(set-logic QF_UF)
(assert false)
(check-sat)

