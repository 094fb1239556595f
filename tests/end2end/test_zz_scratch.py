import subprocess, time, threading, os
import av, pytest, numpy as np
from pathlib import Path
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch, watch_when_on_air
from tests.end2end.sockets import SilentServer, ClosingServer
from tests.end2end.xvfb import VirtualScreen

def push(url, seconds=6):
    return subprocess.Popen(["ffmpeg","-nostdin","-v","warning","-re","-f","lavfi","-i","testsrc2=size=640x360:rate=30","-f","lavfi","-i","sine=440","-t",str(seconds),"-c:v","libx264","-preset","veryfast","-g","30","-pix_fmt","yuv420p","-c:a","aac","-f","flv",url], stderr=subprocess.PIPE)

def test_stream(rtmp_server):
    p=push(rtmp_server.url())
    w=watch_when_on_air(rtmp_server.url(),2)
    print(len(w.video),len(w.audio),w.video[0].picture().shape,len(w.samples()))
    print(rtmp_server.stats()[:300])
    p.wait(); p.stderr.close()
    f=watch(rtmp_server.recording())
    print(len(f.video))
    assert len(f.video)==180

@pytest.mark.parametrize("app,key",[("locked","bad"),("locked","right-key"),("closed","x")])
def test_refuse(rtmp_server, app, key):
    p=push(rtmp_server.url(key,app),2); err=p.communicate()[1]; print(app,key,p.returncode,err.decode()[-600:]); print(rtmp_server.gate.asked)

def test_dup(rtmp_server):
    p=push(rtmp_server.url()); watch_when_on_air(rtmp_server.url(),0.5)
    q=push(rtmp_server.url(),2); print(q.communicate()[1].decode()[-500:]); 
    rtmp_server.drop(); print("dropped", p.communicate()[1].decode()[-300:])

def test_bad(closing_server, silent_server):
    p=push(closing_server.url,2); print(p.communicate()[1].decode()[-300:])
    p=push(silent_server.url,2)
    with pytest.raises(subprocess.TimeoutExpired): p.wait(2)
    p.kill(); p.communicate()

def test_screen(screen):
    with av.open(screen.display, format="x11grab", options={"framerate":"30","video_size":"1280x720"}) as c:
        fr=[f for f,_ in zip(c.decode(video=0), range(10))]
    print(len(fr), fr[0])

def test_mic(fake_microphone, monkeypatch):
    for k,v in fake_microphone.items(): monkeypatch.setenv(k,v)
    t=time.monotonic()
    with av.open("fakemic", format="alsa", options={"sample_rate":"48000","channels":"2"}) as c:
        print(c.streams.audio[0])
        fr=[f for f,_ in zip(c.decode(audio=0), range(100))]
    x=np.concatenate([f.to_ndarray().reshape(-1,2)[:,0] for f in fr]); print(fr[0], time.monotonic()-t, len(x), x.max()); 
    sp=np.abs(np.fft.rfft(x)); print("peak Hz", sp.argmax()*48000/len(x))
