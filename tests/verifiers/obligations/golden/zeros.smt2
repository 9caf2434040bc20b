; zeros/ensures-1#postcondition-1 at 2
; zeros/result-type#result-type-1 at 2
; zeros/terminates#nothing-to-show-1
(set-logic QF_UF)
(assert false)
(check-sat)

; zeros/no-undeclared-exception#no-undeclared-exception-1 at 3: IndexError
(set-logic QF_ALIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(declare-const x.3 (Array Int Int))
(assert (<= 0 x.1))
(assert (<= 0 x.2))
(assert (<= x.2 x.1))
(assert (< x.2 x.1))
(assert (<= x.1 x.2))
(assert (<= 0 x.1))
(assert true)
(check-sat)
(get-value (x.1 (select x.3 0) (select x.3 1) (select x.3 2) (select x.3 3) (select x.3 4) (select x.3 5) (select x.3 6) (select x.3 7)))

