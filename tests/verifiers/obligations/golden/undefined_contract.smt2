; first/ensures-1#well-definedness-1: first/ensures-1
(set-logic QF_ALIA)
(declare-const x.1 Int)
(declare-const x.2 (Array Int Int))
(assert (<= 0 x.1))
(assert (<= x.1 0))
(check-sat)
(get-value (x.1 (select x.2 0) (select x.2 1) (select x.2 2) (select x.2 3) (select x.2 4) (select x.2 5) (select x.2 6) (select x.2 7)))

; first/ensures-1#postcondition-1 at 2
(set-logic QF_ALIA)
(declare-const x.1 Int)
(declare-const x.2 (Array Int Int))
(assert (not (and (not (= x.1 0)) (<= x.1 0))))
(assert (<= 0 x.1))
(assert (not (= (ite (= x.1 0) 0 (select x.2 0)) (select x.2 0))))
(check-sat)
(get-value (x.1 (select x.2 0) (select x.2 1) (select x.2 2) (select x.2 3) (select x.2 4) (select x.2 5) (select x.2 6) (select x.2 7)))

; first/no-undeclared-exception#no-undeclared-exception-1 at 2: IndexError
(set-logic QF_ALIA)
(declare-const x.1 Int)
(declare-const x.2 (Array Int Int))
(assert (not (= x.1 0)))
(assert (<= x.1 0))
(assert (<= 0 x.1))
(assert true)
(check-sat)
(get-value (x.1 (select x.2 0) (select x.2 1) (select x.2 2) (select x.2 3) (select x.2 4) (select x.2 5) (select x.2 6) (select x.2 7)))

; first/result-type#result-type-1 at 2
; first/unmodified#nothing-to-show-1
; first/terminates#nothing-to-show-1
(set-logic QF_UF)
(assert false)
(check-sat)

