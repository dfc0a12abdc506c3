// correct
static DEFINE_RWLOCK(x);
static DEFINE_RWLOCK(y);
static DEFINE_RWLOCK(z);
static int n;
void first(void)  { write_lock(&x); write_lock(&y); n++; write_unlock(&y); write_unlock(&x); }
void second(void) { read_lock(&y); read_lock(&z); n++; read_unlock(&z); read_unlock(&y); }
void third(void)  { read_lock(&z); write_lock(&x); n++; write_unlock(&x); read_unlock(&z); }
