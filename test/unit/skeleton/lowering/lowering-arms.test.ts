import { describe, it } from 'mocha';
import { same } from '../lowered.js';

describe('lowering: arms', () => {
  it('arms of whole statements exclude each other', () => {
    same(
      `
        mutex_lock(&dev->a);
        #if defined(CONFIG_A) && CONFIG_B
        one();
        #elif defined(CONFIG_C)
        two();
        #else
        three();
        #endif`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          if #if(CONFIG_A) then b1 else b3
        b1:
          if #if(CONFIG_B) then b2 else b3
        b2:
          call one()
          goto b6
        b3:
          if #if(CONFIG_C) then b4 else b5
        b4:
          call two()
          goto b6
        b5:
          call three()
          goto b6
        b6:
          return`,
    );
  });

  it('of arms that cut through a statement, one is followed and the locks of the other are gaps', () => {
    same(
      `
        #ifdef CONFIG_A
        if (mutex_trylock(&dev->a)) {
        #else
        if (mutex_trylock(&dev->b)) {
        #endif
        	work();
        }
        #ifndef CONFIG_A
        mutex_unlock(&dev->b);
        #endif`,
      `
        b0:
          %0 = try &dev->a by mutex_trylock(&dev->a)
          if %0 then b1 else b2
        b1:
          call work()
          goto b2
        b2:
          if #if(CONFIG_A) then b4 else b3
        b3:
          release &dev->b by mutex_unlock(&dev->b)
          goto b4
        b4:
          return
        gap arm-dropped mutex_trylock`,
    );
  });

  it('an arm inside an expression is lowered', () => {
    same(
      `
        if (n
        #ifdef CONFIG_B
         && mutex_trylock(&dev->b)
        #endif
        ) work();`,
      `
        b0:
          if n then b1 else b3
        b1:
          %0 = try &dev->b by mutex_trylock(&dev->b)
          if %0 then b2 else b3
        b2:
          call work()
          goto b3
        b3:
          return`,
    );
  });

  it('cases in an arm belong to the switch', () => {
    same(
      `
        switch (n) {
        case 1:
        	one();
        	break;
        #ifdef CONFIG_A
        case 2:
        	mutex_lock(&dev->a);
        	break;
        case 3:
        #endif
        	three();
        default:
        	break;
        }`,
      `
        b0:
          switch n { 1: b1, 2: b2, 3: b3, default: b4 }
        b1:
          call one()
          goto b4
        b2:
          acquire &dev->a by mutex_lock(&dev->a)
          goto b4
        b3:
          call three()
          goto b4
        b4:
          return`,
    );
  });

  it('an arm after a label, and nested arms, are lowered', () => {
    same(
      `
        mutex_lock(&dev->a);
        if (n) goto out;
        work();
        out:
        #ifdef CONFIG_A
        #ifdef CONFIG_B
        	one();
        #endif
        	mutex_unlock(&dev->a);
        #endif`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          if n then b2 else b1
        b1:
          call work()
          goto b2
        b2:
          if #if(CONFIG_A) then b3 else b6
        b3:
          if #if(CONFIG_B) then b4 else b5
        b4:
          call one()
          goto b5
        b5:
          release &dev->a by mutex_unlock(&dev->a)
          goto b6
        b6:
          return`,
    );
  });

  it('code that is never compiled is unreachable, but its lock calls are counted', () => {
    same(
      `
        #if 0
        mutex_lock(&dev->b);
        #endif
        mutex_lock(&dev->a);`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          return`,
    );
  });

  it('an else with a single statement is lowered', () => {
    same(
      `
        mutex_lock(&dev->a);
        #ifdef CONFIG_A
        if (n)
        	one();
        else
        #endif
        	two();`,
      `
        b0:
          acquire &dev->a by mutex_lock(&dev->a)
          if n then b1 else b2
        b1:
          call one()
          goto b3
        b2:
          call two()
          goto b3
        b3:
          return`,
    );
  });
});
