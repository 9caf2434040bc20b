; label/ensures-1#postcondition-1 at 2
(set-logic QF_SLIA)
(declare-const x.1 Bool)
(declare-const x.2 Int)
(assert (not x.1))
(define-fun $0 () String (str.from_int (ite (< x.2 0) (- x.2) x.2)))
(assert (not (= (ite x.1 (ite (< x.2 0) (str.++ "-" $0) $0) "none") "none")))
(check-sat)
(get-value (x.1 x.2))

; label/ensures-2#well-definedness-1: label/ensures-2
(set-logic QF_SLIA)
(declare-const x.1 Bool)
(declare-const x.2 String)
(declare-const x.3 Int)
(assert x.1)
(assert (=> (not x.1) (= x.2 "none")))
(assert (not x.1))
(check-sat)
(get-value (x.1 x.3))

; label/ensures-2#postcondition-1 at 2
(set-logic QF_SLIA)
(declare-const x.1 Bool)
(declare-const x.2 Int)
(assert x.1)
(define-fun $0 () String (str.from_int (ite (< x.2 0) (- x.2) x.2)))
(define-fun $1 () String (ite (< x.2 0) (str.++ "-" $0) $0))
(assert (not (= (ite x.1 $1 "none") $1)))
(check-sat)
(get-value (x.1 x.2))

; label/no-undeclared-exception#nothing-to-show-1
; label/result-type#result-type-1 at 2
; label/terminates#nothing-to-show-1
(set-logic QF_UF)
(assert false)
(check-sat)

