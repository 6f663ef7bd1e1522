import time, statistics
from uuid import UUID
from records_lab import *
from xingji.kernel.records import Query, query, aggregate
from xingji.kernel.records.compiler import Reading
async def test_perf(database, workspace):
    from xingji import app; app.configure()
    async with database.owner() as c:
        await c.execute("set search_path=ws_test")
        await c.execute("set synchronous_commit=off")
        t=time.time()
        await c.execute("insert into unit(id,key,name) select gen_random_uuid(),'u'||g,'u'||g from generate_series(1,50) g")
        await c.execute("insert into person(id,key,name) select gen_random_uuid(),'p'||g,'p'||g from generate_series(1,2500) g")
        await c.execute("""insert into o_lead(id,created_at,updated_at,owner,brand,name,company,mobile,status,intent,channel,region,budget,search)
          select gen_random_uuid(), now()-g*interval '20 seconds', now(), case when g%50=0 then null else p.ids[1+g%2500] end, (array['lilan','lanyi',null])[1+g%3],
           '王'||g, '演示公司'||(g%5000), '138'||lpad(g::text,8,'0'), (array['new','assigned','working','qualified'])[1+g%4], (array['A','B','C'])[1+g%3],
           'c'||(g%12), 'east', g*100, array['company:^演','company:演示','company:示公','company:公司','company:司'||((g%5000)/1000)::text, 'mobile:~'||lpad((g%10000)::text,4,'0'), 'name:^王', 'name:王'||substr(g::text,1,1), 'company:''ysgs']
          from generate_series(1,500000) g, (select array_agg(id) ids from person) p""")
        await c.execute("analyze o_lead")
        print("filled", time.time()-t)
    async with database.work(workspace) as uow:
        people=[r["id"] for r in await uow.fetch("select id from person")]
    async def measure(name, q, actor=SYSTEM, n=15, fn=query):
        times=[]
        for i in range(n):
            async with database.work(workspace, actor) as uow:
                t=time.perf_counter(); r=await fn(uow,q); times.append((time.perf_counter()-t)*1000)
        times.sort()
        print(f"{name:45s} p50 {times[len(times)//2]:8.1f}  p95 {times[int(len(times)*.95)]:8.1f} ms rows {len(r.rows) if hasattr(r,'rows') else len(r)}", flush=True)
        return r
    F=["name","company","mobile","status","intent","channel","owner","created_at"]
    TEAM="owner in me.people || (owner == null && unit in me.units)"
    async with database.work(workspace) as uow:
        units=[r["id"] for r in await uow.fetch("select id from unit")]
    async def explain(q,a):
        async with database.work(workspace, a) as uow:
            from xingji.kernel.records import load_schema
            s=await load_schema(uow)
            r=Reading(s,s.object("lead"),uow.actor,uow.now); r.narrow(q.filter); k=r.sort_keys(["-created_at"])
            sql=r.page(k,51)[1:-1]
            print(sql[-700:])
            for x in await uow.fetch("explain (analyze, buffers off) "+sql, *r.sink.values): print(x[0][:230])
    for extra in (None,):
        if extra:
            async with database.owner() as c:
                await c.execute("set search_path=ws_test"); await c.execute(extra); await c.execute("analyze o_lead")
        for n in (0,1,5,50,500):
            a=person(Rights({"lead":f"(brand == null || brand in me.brands) && ({TEAM})"}), id=people[0], people=tuple(people[:n]), units=tuple(units[:2]), brands=("lilan","lanyi"))
            await measure(f"team {n} owners {bool(extra)}", Query("lead",F,names=True), a, n=12)
            if n in (1,): await explain(Query("lead",F),a)
        a=person(Rights({"lead":"(brand == null || brand in me.brands) && (owner == me.id)"}), id=people[0], people=tuple(people[:n]), units=tuple(units[:2]), brands=("lilan","lanyi"))
        await measure(f"own", Query("lead",F,names=True), a, n=12)
        a=person(Rights({"lead":"(brand == null || brand in me.brands) && (owner == me.id || pool != null)"}), id=people[0], people=tuple(people[:n]), units=tuple(units[:2]), brands=("lilan","lanyi"))
        await measure(f"own or pool", Query("lead",F,names=True), a, n=12)
