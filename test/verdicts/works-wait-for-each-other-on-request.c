// correct
struct s { struct work_struct close, rec; };
static void s_close(struct s *s, bool wait) { schedule_work(&s->close); if (wait) flush_work(&s->close); }
static void rec_fn(struct work_struct *w) { struct s *s = container_of(w, struct s, rec); s_close(s, false); }
static void close_fn(struct work_struct *w) { struct s *s = container_of(w, struct s, close); cancel_work_sync(&s->rec); }
void s_init(struct s *s) { INIT_WORK(&s->close, close_fn); INIT_WORK(&s->rec, rec_fn); }
void s_del(struct s *s) { s_close(s, true); }

