; size/ensures-1#unmodelled-1 at 4: method title() of str
; size/no-undeclared-exception#unmodelled-1 at 4: method title() of str
; size/result-type#unmodelled-1 at 4: method title() of str
; size/terminates#unmodelled-1 at 4: method title() of str
(set-logic QF_SLIA)
(declare-const x.1 String)
(assert (not (= x.1 "")))
(assert true)
(check-sat)
(get-value (x.1))

; size/ensures-2#unmodelled-1 at 4: method title() of str
(set-logic QF_SLIA)
(declare-const x.1 String)
(assert (not (= x.1 "")))
(assert (= x.1 ""))
(assert true)
(check-sat)
(get-value (x.1))

