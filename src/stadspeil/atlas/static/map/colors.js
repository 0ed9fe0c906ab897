// The colours of areas, looked up per pixel. Fills are drawn once as numbers of areas, not as colours: a layer takes
// these from the frame, and a second one puts for each number its colour. Another figure is then one small list more.
const SIDE = 128, PAGE = SIDE * SIDE, PAGES = 2;
const LEVELS = ["gemeente", "wijk", "buurt"];
const STRIPE = [140, 150, 160], STRIPED = 0.55, PLAIN = 255, LINED = 254;

export const FIRST = "rows", LAST = "colors";

// The colour that is a number: seven bits of the row, seven more, then the level. Half a step keeps roundings away.
export function numbered(level) {
  const row = ["get", "row"], page = ["floor", ["/", row, PAGE]];
  return ["rgb", ["+", ["%", row, SIDE], 0.5], ["+", ["%", ["floor", ["/", row, SIDE]], SIDE], 0.5],
    ["+", ["*", page, LEVELS.length], LEVELS.indexOf(level) + 1.5]];
}

const CORNERS = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }`;
const LOOK_UP = `#version 300 es
precision highp float;
uniform sampler2D frame, colors;
uniform vec2 from;
uniform float opacity, ratio, lines;
out vec4 color;
void main() {
  ivec3 number = ivec3(texelFetch(frame, ivec2(gl_FragCoord.xy), 0).rgb * 255.0 + 0.5);
  if (number.b == 0) discard;
  vec4 found = texelFetch(colors, ivec2(number.r, number.g + ${SIDE} * number.b), 0);
  if (lines > 0.5 && found.a < ${((PLAIN + LINED) / 2 / 255).toFixed(4)}) {
    float along = mod((gl_FragCoord.x - from.x - gl_FragCoord.y + from.y) / ratio, 8.0);
    if (along < 1.5) found.rgb = mix(found.rgb, vec3(${STRIPE.map((each) => (each / 255).toFixed(4)).join()}), ${STRIPED});
  }
  color = vec4(found.rgb * opacity, opacity);
}`;

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

export class Colors {
  // `palette` begins with the colour of what is not known; `lines` says whether stripes show at this moment.
  constructor(palette, opacity, lines) {
    this.palette = palette.map(rgb);
    this.opacity = opacity;
    this.lines = lines;
    this.forget();
  }

  forget() {
    this.texels = new Uint8Array(4 * SIDE * SIDE * (1 + LEVELS.length * PAGES));
    for (let at = 0; at < this.texels.length; at += 4) this.texels.set([...this.palette[0], PLAIN], at);
    this.stale = [[0, this.texels.length / 4 / SIDE]];
  }

  // A number of the palette per area; below zero where there are lines too.
  set(level, numbers) {
    for (let page = 0; page * PAGE < numbers.length; page += 1) {
      const rows = numbers.slice(page * PAGE, (page + 1) * PAGE);
      const first = SIDE * (1 + LEVELS.indexOf(level) + page * LEVELS.length);
      for (let at = 0; at < rows.length; at += 1) {
        const [red, green, blue] = this.palette[Math.abs(rows[at])], to = 4 * (first * SIDE + at);
        this.texels[to] = red;
        this.texels[to + 1] = green;
        this.texels[to + 2] = blue;
        this.texels[to + 3] = rows[at] < 0 ? LINED : PLAIN;
      }
      this.stale.push([first, Math.ceil(rows.length / SIDE)]);
    }
  }

  layers() {
    return [
      { id: FIRST, type: "custom", onAdd: (_, gl) => this.ready(gl), render: (gl) => this.take(gl) },
      { id: LAST, type: "custom", onAdd: (map) => { this.map = map; }, render: (gl) => this.put(gl) },
    ];
  }

  ready(gl) {
    this.program = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, CORNERS], [gl.FRAGMENT_SHADER, LOOK_UP]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(this.program, shader);
    }
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(this.program) ?? "no colours");
    this.at = Object.fromEntries(["frame", "colors", "from", "opacity", "ratio", "lines"].map((name) => [name, gl.getUniformLocation(this.program, name)]));
    [this.frame, this.table] = [gl.createTexture(), gl.createTexture()];
    this.size = "";
    this.held(gl, this.table);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, SIDE, this.texels.length / 4 / SIDE);
    this.stale = [[0, this.texels.length / 4 / SIDE]];
    this.corners = gl.createVertexArray();
  }

  held(gl, texture) {
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  }

  // The numbers that were drawn go out of the frame into a texture.
  take(gl) {
    const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
    this.held(gl, this.frame);
    if (this.size === `${width} ${height}`) gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 0, 0, width, height);
    else gl.copyTexImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 0, 0, width, height, 0);
    this.size = `${width} ${height}`;
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  // And come back as colours.
  put(gl) {
    this.renew(gl);
    gl.useProgram(this.program);
    gl.bindVertexArray(this.corners);
    for (const test of [gl.DEPTH_TEST, gl.STENCIL_TEST, gl.CULL_FACE]) gl.disable(test);
    this.held(gl, this.table);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.frame);
    // Lines lie still on the ground when the map moves.
    const ratio = gl.drawingBufferWidth / this.map.getCanvas().clientWidth, ground = this.map.project([5, 52]);
    gl.uniform1i(this.at.colors, 0);
    gl.uniform1i(this.at.frame, 1);
    gl.uniform2f(this.at.from, (ground.x % 8) * ratio, (-ground.y % 8) * ratio);
    gl.uniform1f(this.at.ratio, ratio);
    gl.uniform1f(this.at.opacity, this.opacity);
    gl.uniform1f(this.at.lines, this.lines() ? 1 : 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.bindVertexArray(null);
  }

  renew(gl) {
    this.held(gl, this.table);
    // The map leaves these as its last image needed them.
    for (const [name, value] of [[gl.UNPACK_FLIP_Y_WEBGL, false], [gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false], [gl.UNPACK_ALIGNMENT, 4]]) gl.pixelStorei(name, value);
    for (const [first, rows] of this.stale) {
      const begun = 4 * SIDE * first;
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, first, SIDE, rows, gl.RGBA, gl.UNSIGNED_BYTE, this.texels.subarray(begun, begun + 4 * SIDE * rows));
    }
    this.stale = [];
  }
}
