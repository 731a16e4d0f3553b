'use strict';
// node server.js FOLDER - GET /<file>?w=&h=&format=&q= answers with a file of FOLDER made to fit into w x h,
// as the package's own examples do it and with its own defaults. Prints its port.
const http = require('node:http');
const path = require('node:path');
const sharp = require('sharp');

const folder = process.argv[2];

async function rendition(target) {
    const url = new URL(target, 'http://127.0.0.1');
    const number = (name) => Number(url.searchParams.get(name));
    const format = url.searchParams.get('format');
    const body = await sharp(path.join(folder, path.basename(url.pathname)))
        .rotate() // as the orientation says
        .resize(number('w'), number('h'), { fit: 'inside', withoutEnlargement: true })
        .toFormat(format, { quality: number('q') })
        .toBuffer();
    return { body, type: `image/${format}` };
}

const server = http.createServer((request, response) => {
    rendition(request.url).then(({ body, type }) => {
        response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length });
        response.end(body);
    }, (error) => {
        response.writeHead(500, { 'Content-Type': 'text/plain' });
        response.end(error.message);
    });
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
});
