// a mistake: lock-order-cycle
struct d { struct mutex a, b, c, e; int n; };
void d1(struct d *d) { mutex_lock(&d->a); mutex_lock(&d->b); d->n++; mutex_unlock(&d->b); mutex_unlock(&d->a); }
void d2(struct d *d) { mutex_lock(&d->b); mutex_lock(&d->c); d->n++; mutex_unlock(&d->c); mutex_unlock(&d->b); }
void d3(struct d *d) { mutex_lock(&d->c); mutex_lock(&d->e); d->n++; mutex_unlock(&d->e); mutex_unlock(&d->c); }
void d4(struct d *d) { mutex_lock(&d->e); mutex_lock(&d->a); d->n++; mutex_unlock(&d->a); mutex_unlock(&d->e); }
