; count/ensures-1#postcondition-1 at 2
(set-logic QF_AUFDTLIA)
(declare-datatypes ((s.1 0)) (((c.1 (g.1 Int) (g.2 Int)))))
(declare-const x.1 Int)
(declare-const x.2 (Array Int s.1))
(declare-fun f.1 ((Array Int s.1) Int Int) Int)
(assert (<= 0 x.1))
(define-fun $0 () Int (f.1 x.2 0 x.1))
(assert (=> (<= x.1 0) (= $0 0)))
(define-fun $1 () Int (f.1 x.2 0 (+ x.1 (- 1))))
(assert (=> (not (<= x.1 0)) (= $0 (ite (< 0 (g.1 (select x.2 (+ x.1 (- 1))))) (+ $1 1) $1))))
(assert (<= 0 $0))
(assert (<= $0 (ite (< x.1 0) 0 x.1)))
(assert (not (= x.1 $0)))
(check-sat)
(get-value (x.1 (g.1 (select x.2 0)) (g.2 (select x.2 0)) (g.1 (select x.2 1)) (g.2 (select x.2 1)) (g.1 (select x.2 2)) (g.2 (select x.2 2)) (g.1 (select x.2 3)) (g.2 (select x.2 3)) (g.1 (select x.2 4)) (g.2 (select x.2 4)) (g.1 (select x.2 5)) (g.2 (select x.2 5)) (g.1 (select x.2 6)) (g.2 (select x.2 6)) (g.1 (select x.2 7)) (g.2 (select x.2 7))))

; count/no-undeclared-exception#nothing-to-show-1
; count/result-type#result-type-1 at 2
; count/unmodified#nothing-to-show-1
; count/terminates#nothing-to-show-1
(set-logic QF_UF)
(assert false)
(check-sat)

