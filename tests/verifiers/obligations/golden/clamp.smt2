; clamp/in_range#postcondition-1 at 3
(set-logic QF_LIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(declare-const x.3 Int)
(assert (not (< x.1 x.2)))
(assert (< x.3 x.2))
(assert (< x.1 x.2))
(check-sat)
(get-value (x.3 x.2 x.1))

; clamp/in_range#postcondition-2 at 5
(set-logic QF_LIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(declare-const x.3 Int)
(assert (not (< x.1 x.2)))
(assert (not (< x.3 x.2)))
(assert (< x.1 x.3))
(assert (< x.1 x.2))
(check-sat)
(get-value (x.3 x.2 x.1))

; clamp/in_range#postcondition-3 at 6
(set-logic QF_LIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(declare-const x.3 Int)
(assert (not (< x.1 x.2)))
(define-fun $0 () Bool (not (< x.3 x.2)))
(assert $0)
(define-fun $1 () Bool (not (< x.1 x.3)))
(assert $1)
(assert (not (and $0 $1)))
(check-sat)
(get-value (x.3 x.2 x.1))

; clamp/ensures-2#postcondition-1 at 3
(set-logic QF_LIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(declare-const x.3 Int)
(assert (not (< x.1 x.2)))
(assert (< x.3 x.2))
(assert (not (< x.3 x.2)))
(assert (not (< x.1 x.3)))
(assert (not (= x.2 x.3)))
(check-sat)
(get-value (x.3 x.2 x.1))

; clamp/ensures-2#postcondition-2 at 5
(set-logic QF_LIA)
(declare-const x.1 Int)
(declare-const x.2 Int)
(declare-const x.3 Int)
(assert (not (< x.1 x.2)))
(assert (not (< x.3 x.2)))
(assert (< x.1 x.3))
(assert (not (< x.1 x.3)))
(assert (not (= x.1 x.3)))
(check-sat)
(get-value (x.3 x.2 x.1))

; clamp/no-undeclared-exception#nothing-to-show-1
; clamp/result-type#result-type-1 at 3
; clamp/terminates#nothing-to-show-1
(set-logic QF_UF)
(assert false)
(check-sat)

