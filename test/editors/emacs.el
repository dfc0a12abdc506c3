;;; Drives a real Emacs for editors.test.ts: opens a file, waits for what the server says, applies a fix.  -*- lexical-binding: t -*-
;;; LOCKORDER_TEST_FILE is opened, LOCKORDER_TEST_RESULT takes the result as JSON.

(require 'flymake)
(require 'json)

(defvar proof-result nil)

(defun proof-set (key value)
  (push (cons key value) proof-result))

(defun proof-wait (what condition)
  "Let processes and timers run until CONDITION gives something, and return that."
  (let ((deadline (+ (float-time) 40)) found)
    (while (not (setq found (funcall condition)))
      (when (> (float-time) deadline) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    found))

(defun proof-diagnostics ()
  (flymake-start)
  (flymake-diagnostics))

(defun proof-run ()
  (find-file (getenv "LOCKORDER_TEST_FILE"))
  ;; `eglot-ensure' connects after the command loop's next turn, of which a batch Emacs has none.
  (run-hooks 'post-command-hook)
  (proof-wait "the server" #'eglot-current-server)
  (let* ((diagnostics (proof-wait "diagnostics" #'proof-diagnostics))
         (first (car diagnostics)))
    (proof-set 'diagnostics
               (vconcat
                (mapcar (lambda (d)
                          (let ((at (flymake-diagnostic-beg d)))
                            `((line . ,(line-number-at-pos at))
                              (column . ,(save-excursion (goto-char at) (1+ (- at (line-beginning-position)))))
                              (severity . ,(symbol-name (flymake-diagnostic-type d)))
                              (message . ,(flymake-diagnostic-text d)))))
                        diagnostics)))

    (goto-char (+ (flymake-diagnostic-beg first) 6))
    (let (shown)
      (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown (or text ""))))
      (proof-set 'hover (substring-no-properties (proof-wait "hover" (lambda () shown)))))

    ;; What the menu offers; the first entry is taken, and a fix of several files is agreed to. A fix comes first; it
    ;; is verified when the server has time, and until then there are only the entries that every finding has.
    (goto-char (flymake-diagnostic-beg first))
    (let ((before (buffer-chars-modified-tick)) offered asked)
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_prompt menu &rest _)
                   (let ((titles (mapcar (lambda (item) (if (consp item) (car item) item)) menu)))
                     (when (string-match-p "\\`\\(Declare\\|Suppress\\)" (car titles))
                       (error "No fix yet"))
                     (setq offered titles)
                     (car titles))))
                ((symbol-function 'y-or-n-p) (lambda (prompt) (setq asked prompt) t)))
        (proof-wait "a fix"
                    (lambda ()
                      ;; A key press: after a click Eglot would pop up a menu, which needs a display.
                      (setq last-nonmenu-event ?\r)
                      (ignore-errors (call-interactively #'eglot-code-actions))
                      (accept-process-output nil 0.2)
                      (/= before (buffer-chars-modified-tick)))))
      (proof-set 'offered (vconcat offered))
      (proof-set 'asked asked))
    ;; Edits are sent to the server when Emacs is idle, which a batch Emacs never is, or on saving.
    (save-some-buffers t)
    (proof-wait "the finding to go" (lambda () (not (proof-diagnostics))))))

(condition-case failure
    (proof-run)
  (error
   (proof-set 'failure (error-message-string failure))
   (proof-set 'messages (with-current-buffer (messages-buffer) (buffer-string)))))
(with-temp-file (getenv "LOCKORDER_TEST_RESULT")
  (insert (json-encode proof-result)))
(when (eglot-current-server) (ignore-errors (eglot-shutdown (eglot-current-server))))
(kill-emacs 0)
